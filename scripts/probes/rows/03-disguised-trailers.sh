#!/bin/sh
# row: 3
# evasion: Trailers with zero-width, look-alike or fullwidth characters, folded, in the middle of the text, in another case
# stages: L C R
# met: Trailers are read by Git's grammar and once more leniently: keys and values as a reader sees them.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# said MESSAGE: somebody changes the zone and says this.
said() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  git add -A
  printf '%b' "$1" | git commit -q --no-verify --cleanup=verbatim -F -
}

zero_width() { said 'Change\n\nCo-auth\0342\0200\0213ored-by: Claude <noreply@anthropic.com>\n'; }
zero_width_twin() { said 'Change\n\nReviewed-by: Bob <bob@acme.example>\n'; }

look_alike() { said 'Change\n\n\0320\0241o-authored-by: Claude <noreply@anthropic.com>\n'; }
look_alike_twin() { said 'Change\n\nCo-authored-by: Claudia <claudia@acme.example>\n'; }

fullwidth_colon() { said 'Change\n\nCo-authored-by\0357\0274\0232 Claude <noreply@anthropic.com>\n'; }
fullwidth_colon_twin() { said 'Change\n\nSee the talk by Claude Monet\0357\0274\0232 a painter.\n'; }

folded() { said 'Change\n\nCo-authored-by: Claude\n <noreply@anthropic.com>\n'; }
folded_twin() { said 'Change\n\nReviewed-by: Claude\n Shannon <shannon@acme.example>\n'; }

mid_body() { said 'Change\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\nAnd more text behind it.\n'; }
mid_body_twin() { said 'Change\n\n    Co-authored-by: Claude <noreply@anthropic.com>\n\nis what an agent would write.\n'; }

mixed_case() { said 'Change\n\ncO-AUTHORED-bY: Claude <NoReply@Anthropic.com>\n'; }
mixed_case_twin() { said 'Change\n\nco-authored-by: Claude <claude@anthropic.example>\n'; }

carriage_returns() { said 'Change\r\n\r\nCo-authored-by: Claude <noreply@anthropic.com>\r\n'; }
carriage_returns_twin() { said 'Change\r\n\r\nCo-authored-by: Bob <bob@acme.example>\r\n'; }

main zero-width look-alike fullwidth-colon folded mid-body mixed-case carriage-returns -- "$@"
