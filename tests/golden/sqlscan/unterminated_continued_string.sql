SELECT 'a'
'b