SELECT 1;
SELECT 2 -- two; or 'more
  /* ; */
