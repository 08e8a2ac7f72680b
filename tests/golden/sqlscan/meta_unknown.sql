\timing on
