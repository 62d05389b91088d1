-- A second real LSP client: starts a stdio language server on one file, runs a list of steps, prints JSON.
--
--   LSP='{"cmd":["target/debug/server"],"file":"a.sql","steps":[{"method":"textDocument/hover","line":0,"character":3}]}' \
--     nvim --headless --clean -S tests/e2e/nvim-client.lua
--
-- Tried with neovim 0.7.2 (Debian 12); written for later ones too. Lines and characters are LSP's: from 0, UTF-16 units.
-- LSP (or LSP_FILE, the name of a file that holds it) is an object:
--   cmd       [string]  the server and its arguments
--   file      string    the file to open;  filetype: its language id (default: the file's extension)
--   root      string    workspace folder (default: the current directory)
--   settings  object    what workspace/configuration answers (by section) and didChangeConfiguration sends
--   init      object    initializationOptions
--   env       object    more environment for the server
--   timeout   number    ms for each wait (default 10000)
--   steps     array     in order; each gives one entry of "results":
--     {"method": M, "line": L, "character": C}   any textDocument/… request at a position
--     {"method": M, "params": {…}}               any request, as it is; "$URI" in params is the file's URI
--     {"codeAction": L}                          actions for the diagnostics on line L; "apply": "title" applies that one
--     {"setLine": L, "text": T}                  edits the buffer (the server gets didChange), waits for new diagnostics
--     {"settings": {…}}                          new settings, waits for new diagnostics
--     {"diagnostics": true}                      diagnostics of the file now;  {"wait": ms}
--     {"await": CODE, "present": false}          waits until there is such a diagnostic (or none)
-- Diagnostics are awaited once before the first step. Output: server, capabilities, diagnostics, results,
-- text (the buffer at the end), messages (show/logMessage), stderr (its tail), exit {code, signal}.
-- Exit status 0 when every step got an answer that was no error and the server ended with 0 on "exit".

local function fail(msg)
  io.stdout:write(vim.fn.json_encode({ error = msg }) .. '\n')
  vim.cmd('cquit 2')
end

local function main()
local source = vim.env.LSP
if not source and vim.env.LSP_FILE then source = table.concat(vim.fn.readfile(vim.env.LSP_FILE), '\n') end
if not source then return fail('set LSP or LSP_FILE') end
local ok, spec = pcall(vim.fn.json_decode, source)
if not ok or type(spec) ~= 'table' or not spec.cmd or not spec.file then return fail('LSP needs cmd and file') end

local timeout = spec.timeout or 10000
local root = vim.fn.fnamemodify(spec.root or '.', ':p'):gsub('(.)/$', '%1')
local file = vim.fn.fnamemodify(spec.file, ':p')
local settings = spec.settings or vim.empty_dict()
local out = { results = {}, messages = {}, exit = vim.NIL }
local published = 0 -- how often the server published diagnostics for the file

local function lookup(section)
  local value = settings
  for part in (section or ''):gmatch('[^.]+') do
    if type(value) ~= 'table' then return vim.NIL end
    value = value[part]
    if value == nil then return vim.NIL end
  end
  return value
end

vim.o.swapfile = false
vim.o.hidden = true
vim.cmd('edit ' .. vim.fn.fnameescape(file))
local buf = vim.api.nvim_get_current_buf()
local uri = vim.uri_from_bufnr(buf)
local filetype = spec.filetype or vim.fn.fnamemodify(file, ':e')
vim.bo[buf].filetype = filetype

local function message(_, params)
  table.insert(out.messages, { type = params.type, message = params.message })
end
local handlers = {
  ['window/logMessage'] = message,
  ['window/showMessage'] = message,
  ['workspace/configuration'] = function(_, params)
    local answer = {}
    for i, item in ipairs(params.items) do answer[i] = lookup(item.section) end
    return answer
  end,
  ['textDocument/publishDiagnostics'] = function(err, result, ctx, config)
    vim.lsp.diagnostic.on_publish_diagnostics(err, result, ctx, config)
    if result and result.uri == uri then published = published + 1 end
  end,
}

local stderr_log = vim.lsp.get_log_path and vim.lsp.get_log_path() or nil
local before = stderr_log and vim.fn.getfsize(stderr_log) or 0
local id = vim.lsp.start_client({
  cmd = spec.cmd, cmd_env = spec.env, root_dir = root, name = 'server',
  workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
  settings = settings, init_options = spec.init, handlers = handlers,
  get_language_id = function() return filetype end,
  on_exit = function(code, signal) out.exit = { code = code, signal = signal } end,
})
if not id then return fail('the server did not start') end
local client = vim.lsp.get_client_by_id(id)
if not vim.wait(timeout, function() return client.initialized or out.exit ~= vim.NIL end, 10) or out.exit ~= vim.NIL then
  return fail('no answer to initialize; exit: ' .. vim.fn.json_encode(out.exit))
end
out.capabilities = client.server_capabilities
vim.lsp.buf_attach_client(buf, id)

local function diagnostics()
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(buf)) do
    local lsp = d.user_data and d.user_data.lsp or {}
    table.insert(list, { line = d.lnum, character = d.col, endLine = d.end_lnum, endCharacter = d.end_col,
      severity = d.severity, message = d.message, source = d.source, code = d.code or lsp.code })
  end
  return list
end
local function await_publish(count)
  return vim.wait(timeout, function() return published > count or out.exit ~= vim.NIL end, 10) and out.exit == vim.NIL
end
local function request(method, params)
  local answer, why
  if vim.fn.has('nvim-0.11') == 1 then answer, why = client:request_sync(method, params, timeout, buf)
  else answer, why = client.request_sync(method, params, timeout, buf) end
  if not answer then return { error = why or 'timeout' } end
  if answer.err then return { error = answer.err } end
  return { result = answer.result == nil and vim.NIL or answer.result }
end
local function with_uri(value)
  if value == '$URI' then return uri end
  if type(value) ~= 'table' then return value end
  local copy = vim.tbl_isempty(value) and vim.empty_dict() or {}
  for k, v in pairs(value) do copy[k] = with_uri(v) end
  return copy
end
local function position(step)
  return { textDocument = { uri = uri }, position = { line = step.line, character = step.character or 0 },
    context = step.method == 'textDocument/references' and { includeDeclaration = true } or nil }
end
local function lsp_diagnostics(line)
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(buf, { lnum = line })) do
    local lsp = d.user_data and d.user_data.lsp or {}
    table.insert(list, {
      range = { start = { line = d.lnum, character = d.col }, ['end'] = { line = d.end_lnum, character = d.end_col } },
      severity = d.severity, message = d.message, source = d.source, code = d.code or lsp.code, data = lsp.data,
    })
  end
  return list
end
local function code_action(step)
  local list = lsp_diagnostics(step.codeAction)
  local len = #(vim.api.nvim_buf_get_lines(buf, step.codeAction, step.codeAction + 1, false)[1] or '')
  local range = list[1] and list[1].range
    or { start = { line = step.codeAction, character = 0 }, ['end'] = { line = step.codeAction, character = len } }
  local answer = request('textDocument/codeAction', { textDocument = { uri = uri }, range = range, context = { diagnostics = list } })
  if not step.apply or answer.error then return answer end
  for _, action in ipairs(answer.result == vim.NIL and {} or answer.result) do
    if action.title == step.apply then
      if not action.edit and not action.command then
        local resolved = request('codeAction/resolve', action)
        if resolved.error then return resolved end
        action = resolved.result
      end
      local count = published
      if action.edit then vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding or 'utf-16') end
      if action.command then
        local command = type(action.command) == 'table' and action.command or action
        local done = request('workspace/executeCommand', { command = command.command, arguments = command.arguments })
        if done.error then return done end
      end
      await_publish(count)
      return { applied = action.title, diagnostics = diagnostics() }
    end
  end
  return { error = 'no code action "' .. step.apply .. '"', result = answer.result }
end

local good = await_publish(0)
out.diagnostics = diagnostics()
if not good then out.diagnostics_error = 'none were published' end

for _, step in ipairs(spec.steps or {}) do
  local began = vim.loop.hrtime()
  local entry
  local count = published
  if step.method then entry = request(step.method, step.params and with_uri(step.params) or position(step))
  elseif step.codeAction then entry = code_action(step)
  elseif step.setLine then
    vim.api.nvim_buf_set_lines(buf, step.setLine, step.setLine + 1, false, vim.split(step.text, '\n'))
    entry = await_publish(count) and { diagnostics = diagnostics() } or { error = 'no diagnostics were published' }
  elseif step.settings then
    settings = step.settings
    client.config.settings = settings
    if vim.fn.has('nvim-0.11') == 1 then client:notify('workspace/didChangeConfiguration', { settings = settings })
    else client.notify('workspace/didChangeConfiguration', { settings = settings }) end
    entry = await_publish(count) and { diagnostics = diagnostics() } or { error = 'no diagnostics were published' }
  elseif step.await then
    local wanted = step.present ~= false
    local seen = vim.wait(timeout, function()
      local present = false
      for _, d in ipairs(diagnostics()) do present = present or d.code == step.await end
      return present == wanted
    end, 10)
    entry = seen and { diagnostics = diagnostics() } or { error = 'waited in vain', diagnostics = diagnostics() }
  elseif step.wait then vim.wait(step.wait, function() return out.exit ~= vim.NIL end, 10); entry = { waited = step.wait }
  elseif step.diagnostics then entry = { diagnostics = diagnostics() }
  else entry = { error = 'unknown step' } end
  entry.step = step
  entry.ms = math.floor((vim.loop.hrtime() - began) / 1e5) / 10
  good = good and not entry.error
  table.insert(out.results, entry)
end
out.text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n') .. '\n'

vim.bo[buf].modified = false
if vim.fn.has('nvim-0.11') == 1 then client:stop() else client.stop() end
vim.wait(timeout, function() return out.exit ~= vim.NIL end, 10)
if out.exit == vim.NIL or out.exit.code ~= 0 then good = false end
if stderr_log and vim.fn.getfsize(stderr_log) > before then
  local f = io.open(stderr_log)
  f:seek('set', before)
  local lines = {}
  for line in f:lines() do if line:find('"stderr"') then table.insert(lines, line) end end
  f:close()
  out.stderr = vim.list_slice(lines, math.max(1, #lines - 19))
end
io.stdout:write(vim.fn.json_encode(out) .. '\n')
vim.cmd(good and 'qall!' or 'cquit 1')
end

local fine, why = xpcall(main, debug.traceback)
if not fine then fail(why) end
