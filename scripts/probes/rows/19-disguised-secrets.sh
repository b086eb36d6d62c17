#!/bin/sh
# row: 19
# evasion: Secrets in disguise: base64, hexadecimal, gzip, UTF-16, split over lines, put together from pieces
# stages: L C R
# met: A text is read in each way that it can be: decoded, and with its pieces joined; each to a fixed depth.
# remains: Any encryption, and any code that only a computer would follow.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# held TEXT…: a person adds a file of these lines.
held() {
  begin
  write config.py "$@"
  person 'Configure'
}
harmless='nothing that anybody would want to know, but long'

in_base64() { held "blob = \"$(token | base64 -w 0)\""; }
in_base64_twin() { held "blob = \"$(printf '%s' "$harmless" | base64 -w 0)\""; }

twice_in_base64() { held "blob = \"$(token | base64 -w 0 | base64 -w 0)\""; }
twice_in_base64_twin() { held "blob = \"$(printf '%s' "$harmless" | base64 -w 0 | base64 -w 0)\""; }

in_hex() { held "blob = \"$(token | od -An -v -tx1 | tr -d ' \n')\""; }
in_hex_twin() { held "blob = \"$(printf '%s' "$harmless" | od -An -v -tx1 | tr -d ' \n')\""; }

in_gzip() { held "blob = \"$(token | gzip -n | base64 -w 0)\""; }
in_gzip_twin() { held "blob = \"$(printf '%s' "$harmless" | gzip -n | base64 -w 0)\""; }

in_percents() { held "url = \"https://acme.example/?t=$(token | od -An -v -tx1 | tr -d '\n' | tr ' ' '%')\""; }
in_percents_twin() { held "url = \"https://acme.example/?t=%61%20%62\""; }

in_utf16() {
  begin
  { printf '\377\376'; printf 'token = %s\n' "$(token)" | sed 's/./&\n/g' | while read -r character; do
    printf '%s\0' "${character:- }"
  done; } >config.txt
  person 'Configure'
}
in_utf16_twin() {
  begin
  printf '\377\376n\0o\0n\0e\0\n\0' >config.txt
  person 'Configure'
}

over_lines() {
  begin
  start=$(token | cut -c 1-20)
  end=$(token | cut -c 21-)
  write config.py 'greeting = (' "    \"$start\"" "    \"$end\"" ')'
  person 'Configure'
}
over_lines_twin() { held 'greeting = (' '    "a long text that goes"' '    "on in another line"' ')'; }

from_pieces() {
  begin
  start=$(token | cut -c 1-20)
  end=$(token | cut -c 21-)
  write config.js "const greeting = '$start' + '$end';"
  person 'Configure'
}
from_pieces_twin() { held "const greeting = 'a long text' + ' that goes on';"; }

continued() {
  begin
  start=$(token | cut -c 1-20)
  end=$(token | cut -c 21-)
  printf 'export GREETING=%s\\\n%s\n' "$start" "$end" >run.sh
  person 'Configure'
}
continued_twin() { held 'export GREETING=none' 'export OTHER=none'; }

one_escape() { held "t = \"$(token | sed 's/^./\\x67/')\""; }
one_escape_twin() { held 't = "\x67reetings and nothing more than that"'; }

in_hex_behind_0x() { held "blob = 0x$(token | od -An -v -tx1 | tr -d ' \n');"; }
in_hex_behind_0x_twin() { held "blob = 0x$(printf '%s' "$harmless" | od -An -v -tx1 | tr -d ' \n');"; }

behind_a_prefix() { held "blob = \"version/v-$(token | base64 -w 0)\""; }
behind_a_prefix_twin() { held "blob = \"version/v-$(printf '%s' "$harmless" | base64 -w 0)\""; }

pieces_in_base64() {
  begin
  start=$(token | base64 -w 0 | cut -c 1-20)
  end=$(token | base64 -w 0 | cut -c 21-)
  write config.js "const greeting = atob(\`$start\` + \`$end\`);"
  person 'Configure'
}
# shellcheck disable=SC2016 # The other program's own quotes.
pieces_in_base64_twin() { held 'const greeting = `a long text` + `that goes on`;'; }

main in-base64 twice-in-base64 in-hex in-gzip in-percents in-utf16 over-lines from-pieces continued \
  one-escape in-hex-behind-0x behind-a-prefix pieces-in-base64 -- "$@"
