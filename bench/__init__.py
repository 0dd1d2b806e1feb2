"""What is measured: ratios between our pages and bare ones, `python -m bench`."""
