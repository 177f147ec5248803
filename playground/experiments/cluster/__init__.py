"""Experiments on a Dask cluster. Nothing here imports Dask before an experiment runs there."""
