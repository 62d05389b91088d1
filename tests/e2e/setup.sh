#!/usr/bin/env bash
# Installs a real VS Code (server + web workbench) for the end-to-end tests and for `npm start`:
#   setup.sh DIR [without-browser]      afterwards DIR/bin/code-server runs it
#
# Uses npm packages and Debian packages only: nothing is downloaded from anywhere else, so it works on
# machines without internet that reach package registries. Does nothing when DIR is already complete.
# Needs npm and any Node >= 18 to begin with; Node 24 for the server comes from the npm package node-linux-*.
# Exit status 3: this machine cannot have it (another system, or packages are missing and we are not root).
set -euo pipefail

# Another VS Code, for instance the oldest that the extension supports: set both. 4.100.3 with 20.20.2 works too.
CODE_SERVER_VERSION=${CODE_SERVER_VERSION:-4.139.1}   # = VS Code 1.139.1
NODE_VERSION=${NODE_VERSION:-24.21.0}                 # the major version that this code-server asks for
NODE_GYP_VERSION=12.4.0
LAYOUT=2                      # raise when this script changes what DIR holds

dir=${1:?usage: setup.sh DIR [without-browser]}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
stamp="code-server $CODE_SERVER_VERSION, node $NODE_VERSION, layout $LAYOUT, $(uname -m)"

case $(uname -s)-$(uname -m) in
  Linux-x86_64) arch=x64 ;;
  Linux-aarch64) arch=arm64 ;;
  *) echo "setup.sh: only Linux on x64 and arm64" >&2; exit 3 ;;
esac

exec 9>"$dir/.lock"
if command -v flock >/dev/null; then flock 9; fi   # two test runs may start at once

complete=false
if [ -f "$dir/.stamp" ] && [ "$(cat "$dir/.stamp")" = "$stamp" ]; then complete=true; fi

# ---- Debian packages: the browser, and what builds the native modules
missing=()
[ "${2:-}" = without-browser ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ -n "${CHROMIUM:-}" ] || missing+=(chromium)
if ! $complete; then
  command -v python3 >/dev/null || missing+=(python3)
  command -v make >/dev/null || missing+=(make)
  command -v g++ >/dev/null || missing+=(g++)
fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup.sh: missing: ${missing[*]} (as root on Debian: apt-get install ${missing[*]})" >&2
    exit 3
  fi
  echo "vscode-e2e: installing ${missing[*]}"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$dir/apt.log" 2>&1 || {
    tail -20 "$dir/apt.log" >&2
    exit 3
  }
fi

if $complete; then echo "vscode-e2e: $dir is up to date ($stamp)"; exit 0; fi
began=$(date +%s)
echo "vscode-e2e: installing into $dir ($stamp)"
rm -rf "$dir/.stamp" "$dir/node" "$dir/server" "$dir/build" "$dir/bin"
mkdir -p "$dir/node" "$dir/server" "$dir/build" "$dir/bin"

# --ignore-scripts everywhere: the packages' own install steps download prebuilt binaries from elsewhere.
npm_install() { # folder, then packages or nothing
  local where=$1; shift
  [ -f "$where/package.json" ] || echo '{"private":true}' >"$where/package.json"
  (cd "$where" && npm install --ignore-scripts --omit=dev --no-audit --no-fund --no-update-notifier \
    --engine-strict=false --loglevel=error "$@")
}

npm_install "$dir/node" "node-linux-$arch@$NODE_VERSION"
node_home=$dir/node/node_modules/node-linux-$arch
node=$node_home/bin/node
[ "$("$node" --version)" = "v$NODE_VERSION" ]
npm_install "$dir/server" "code-server@$CODE_SERVER_VERSION"
cs=$dir/server/node_modules/code-server
vscode=$cs/lib/vscode

# Without what only its AI features, container features and proxy log-in use: half of the server's size,
# and the native modules that need more Debian packages.
"$node" - "$vscode" <<'EOF'
const fs = require('node:fs');
const drop = ['@github/copilot-sdk', '@microsoft/mxc-sdk', '@devcontainers/cli', '@vscode/copilot-api',
  '@vscode/sandbox-runtime', '@vscode/sqlite3', '@vscode/windows-process-tree', '@vscode/windows-registry',
  'kerberos', 'ssh2'];
for (const name of ['package.json', 'npm-shrinkwrap.json']) {
  const file = `${process.argv[2]}/${name}`;
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const root of [json, json.packages?.['']].filter(Boolean)) {
    for (const dep of drop) delete root.dependencies?.[dep];
    delete root.devDependencies;
  }
  fs.writeFileSync(file, JSON.stringify(json, null, 2));
}
EOF
rm -rf "$vscode/extensions/copilot"
npm_install "$vscode"
npm_install "$vscode/extensions"   # TypeScript, for the built-in JavaScript and HTML support

# ---- native modules: built where the package brings no binary
npm_install "$dir/build" "node-gyp@$NODE_GYP_VERSION"
has_binary() { # in the package itself, or in a package for this platform beside it
  [ -n "$(find "$1" "$1-linux-$arch-glibc" -name '*.node' -not -path '*win32*' -not -path '*darwin*' 2>/dev/null)" ]
}
build() { # folder of a package, then node-gyp's options
  local where=$1; shift
  if [ ! -f "$where/binding.gyp" ] || has_binary "$where"; then return; fi
  echo "vscode-e2e: building $(basename "$where")"
  (cd "$where" && PATH=$node_home/bin:$PATH node "$dir/build/node_modules/node-gyp/bin/node-gyp.js" rebuild \
    --nodedir="$node_home" -j 2 "$@" >"$dir/build/log" 2>&1) || { cat "$dir/build/log" >&2; exit 1; }
  "$node" -e 'require(process.argv[1])' "$where" || { echo "setup.sh: $where does not load" >&2; exit 1; }
}
for module in @vscode/spdlog @vscode/native-watchdog @vscode/deviceid @parcel/watcher node-pty; do
  build "$vscode/node_modules/$module"
done
argon2=$dir/server/node_modules/argon2
build "$argon2" --napi_version=8 --napi_build_version=3 --module_name=argon2 --module_path="$argon2/lib/binding/napi-v3" \
  --module="$argon2/lib/binding/napi-v3/argon2.node"   # older versions only

# ---- ripgrep, for file search: newer versions bring it, older ones would download it
if [ -d "$vscode/node_modules/@vscode/ripgrep-universal" ]; then
  rg=$vscode/node_modules/@vscode/ripgrep-universal/bin/linux-$arch/rg
else
  rg=$vscode/node_modules/@vscode/ripgrep/bin/rg
  command -v rg >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q ripgrep
  mkdir -p "$(dirname "$rg")"
  ln -sf "$(command -v rg)" "$rg"
fi
"$rg" --version >/dev/null

# ---- what the package's own postinstall would do besides, and tidying
ln -sf code-linux.sh "$vscode/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$vscode/bin/helpers/browser.sh"
for others in @vscode/ripgrep-universal/bin node-pty/prebuilds; do # binaries for other systems
  if [ -d "$vscode/node_modules/$others" ]; then
    find "$vscode/node_modules/$others" -mindepth 1 -maxdepth 1 ! -name "linux-$arch" -exec rm -rf {} +
  fi
done
find "$vscode/node_modules" -type d -name obj.target -prune -exec rm -rf {} +
rm -rf "$dir/build" "$node_home/include" "$node_home/share"

cat >"$dir/bin/code-server" <<EOF
#!/bin/sh
here=\$(dirname "\$(readlink -f "\$0")")
exec "\$here/../node/node_modules/node-linux-$arch/bin/node" "\$here/../server/node_modules/code-server/out/node/entry.js" "\$@"
EOF
chmod +x "$dir/bin/code-server"
HOME=$dir/server XDG_CONFIG_HOME=$dir/server "$dir/bin/code-server" --version
printf '%s' "$stamp" >"$dir/.stamp"
echo "vscode-e2e: ready in $(( $(date +%s) - began )) s, $(du -sh "$dir" | cut -f1)"
