# Shared by the scripts in this folder; sourced from the project's root.
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
log_file() { mkdir -p build/log; echo "build/log/$1.log"; }

# Node from npm brings its own certificates; Debian's are those that an organisation may have added its own to.
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
  export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi

# True when a Node that can build the page (>= 20.19) is on PATH; prefers the project's own.
have_node() {
  if [ -x build/node/node_modules/.bin/node ]; then PATH="$PWD/build/node/node_modules/.bin:$PATH"; export PATH; fi
  command -v node >/dev/null 2>&1 &&
    node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)'
}

# configure_build PRESET: runs cmake when the build folder is new or CMake's own check asks for it.
configure_build() {
  local preset=$1
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "Configuring build/$preset"
    cmake --preset "$preset" >"$(log_file "configure-$preset")" 2>&1 ||
      { tail -n 20 "$(log_file "configure-$preset")" >&2; die "cmake failed; the whole output is in $(log_file "configure-$preset")."; }
  fi
}

# build_targets PRESET TARGET...: builds with progress on a terminal, quietly into a log elsewhere.
build_targets() {
  local preset=$1
  shift
  local log
  log=$(log_file "build-$preset")
  say "Building build/$preset ($*)"
  if [ -t 1 ]; then
    cmake --build "build/$preset" --target "$@" || die "The build failed; the error stands above."
  else
    cmake --build "build/$preset" --target "$@" >"$log" 2>&1 ||
      { grep -E -A5 'error:|FAILED' "$log" | head -n 60 >&2; die "The build failed; the whole output is in $log."; }
  fi
}

# build_page: builds the page when one of its sources is newer than the last build.
build_page() {
  [ -f src/web/package.json ] || return 0
  have_node || die "Node 20.19 or newer is missing; script/bootstrap installs it."
  local stamp=src/web/dist/.built
  if [ -f "$stamp" ] && [ -z "$(find src/web api -newer "$stamp" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print -quit)" ]; then
    return 0
  fi
  say "Building the page"
  (cd src/web && npm run --silent build) >"$(log_file page)" 2>&1 ||
    { tail -n 30 "$(log_file page)" >&2; die "The page did not build; the whole output is in $(log_file page)."; }
  touch "$stamp"
}
