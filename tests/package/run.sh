#!/usr/bin/env bash
# Unpacks the Debian package that script/package made and serves from it, as the service would: an organisation and its
# administrator are added on the command line, and the server answers that it is ready.
set -euo pipefail
package=$(ls -t build/package/*.deb | head -n 1)
root=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } || true
  rm -rf "$root"
}
trap cleanup EXIT
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

depends=$(dpkg-deb --field "$package" Depends)
for library in libsqlite3-0 libpq5 adduser tzdata; do
  [[ "$depends" == *"$library"* ]] || fail "The package does not depend on $library: $depends"
done
dpkg-deb --raw-extract "$package" "$root"
for script in postinst prerm postrm; do
  sh -n "$root/DEBIAN/$script" && [ -x "$root/DEBIAN/$script" ] || fail "$script is no script that can run."
done
grep -qx /etc/extramile/extramile.toml "$root/DEBIAN/conffiles" || fail "The settings would be overwritten by an upgrade."

extramile=$root/usr/bin/extramile
export EXTRAMILE_DATABASE=sqlite:$root/extramile.sqlite
export EXTRAMILE_POLICIES=$root/usr/share/extramile/policies EXTRAMILE_FRAMEWORKS=$root/usr/share/extramile/frameworks
"$extramile" organisation add --slug shop --name "Corner Shop"
printf 'a long enough password\n' | "$extramile" user add --organisation shop --name "Ada Hill" --sign-in ada --roles "admin manager"
coproc serve { exec "$extramile" serve --settings "$root/etc/extramile/extramile.toml" --listen 127.0.0.1:0 2>&1; }
server=$serve_PID
said=
while read -r line; do
  said+=$line$'\n'
  [[ "$line" =~ serves\ (http:[^ ]+) ]] && break
done <&"${serve[0]}"
address=${BASH_REMATCH[1]:-}
[ -n "$address" ] || fail "The server from the package did not start. It said: $said"
"$extramile" health --server "$address"
curl -sf "$address/" | grep -q '<title>' || fail "The server from the package shows no page."
echo "The package serves."
