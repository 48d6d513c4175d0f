"""What an exchange cost: energy, water, greenhouse gases, minerals, with ranges."""
