-- Asks a language server for one hover with the client that is built into
-- Neovim, 0.7 and later. The argument is the server's command, as a JSON array:
--
--	nvim --clean --headless -n -S hover.lua '["gopls"]'
local timeout = 1000 -- milliseconds

local function hover()
	local client, exited
	vim.lsp.start_client({
		cmd = vim.json.decode(vim.fn.argv(0)),
		on_init = function(c) client = c end,
		on_exit = function() exited = true end,
	})
	vim.wait(timeout, function() return client or exited end, 5)
	if not client then
		error(exited and "the server has exited" or "no answer to initialize", 0)
	end
	local answer, err = client.request_sync("textDocument/hover", {
		textDocument = { uri = "file:///main.go" },
		position = { line = 0, character = 0 },
	}, timeout, 0)
	if not answer or answer.err then
		error("hover: " .. tostring(answer and answer.err or err), 0)
	end
	return answer.result.contents.value
end

-- Both commands stop the client.
local ok, text = pcall(hover)
if ok then
	io.stdout:write(text, "\n")
	vim.cmd("qall!")
else
	io.stderr:write(text, "\n")
	vim.cmd("cquit")
end
