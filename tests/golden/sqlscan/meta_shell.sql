\!rm -rf x
