#!/bin/sh
# Needs a greeting, then an opening, before it takes a prompt; sends a request before it answers
# one.
while [ ! -e GO ]; do sleep 0.05; done
while IFS= read -r line; do
  case $line in
    *'"method":"hello"'*)
      greeted=yes
      echo '{"id":"hello","result":{}}' ;;
    *'"method":"open"'*)
      [ "$greeted" ] || exit 4
      open=yes
      echo '{"id":"open","result":{"session":"s-42"}}' ;;
    *'"method":"prompt"'*)
      [ "$open" ] || exit 5
      id=${line#*'"id":"'}
      id=${id%%'"'*}
      echo '{"id":7,"method":"disk/free"}' ;;
    *'"error"'*)
      echo '{"text":"It was refused."}'
      echo "{\"id\":\"$id\",\"result\":{\"done\":true}}" ;;
  esac
done
