plain = <<EOS
first
  second ${known.word}
EOS
flush = <<-EOS
    first
      second

    third
    EOS
empty = <<EOS
EOS
quotes = <<-SQL
  SELECT 'it''s', "x", E'\n' FROM t; -- $${not} a template
  SQL
directive = <<-EOS
  %{ for x in ["a", "b"] ~}
  - ${x}
  %{ endfor ~}
  end
EOS
in_call = upper(<<EOS
text
EOS
)
list = [<<A
one
A
, "two"]
tag_inside = <<EOS
 EOSX
EOSX
not EOS
EOS
after = 1
