"""The rows of the table of metrics, one file per part of the product that they tell of."""
