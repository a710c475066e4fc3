# Shared by the scripts in this folder; sourced from the project's root.
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
log_file() { mkdir -p build/log; echo "build/log/$1.log"; }

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
