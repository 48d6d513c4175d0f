"""Grafana's dashboards, made by code: data in one file per dashboard, words in `texts/`.

`make generate` writes them to `dashboards/grafana/`, one set per language.
"""
