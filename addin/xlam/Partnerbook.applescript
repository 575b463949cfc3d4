-- Starts Python for a button of Partnerbook's add-in. Excel hands over four lines: the
-- interpreter, the button and its language as a call, Excel itself, and the workbook's name (last:
-- it may hold anything).
-- Everything is quoted: a workbook's name must never become a command.
on PressButton(given)
	set given to paragraphs of given
	set interpreter to item 1 of given
	set pressed to item 2 of given
	set excel to item 3 of given
	set AppleScript's text item delimiters to " "
	set workbookName to (items 4 thru -1 of given) as text
	set AppleScript's text item delimiters to ""
	try
		do shell script "test -x " & quoted form of interpreter
	on error
		return "missing"
	end try
	set pythonLine to "import addin.buttons; addin.buttons." & pressed
	-- In the background: Excel answers nobody while a macro of its own runs.
	do shell script quoted form of interpreter & " -P -B -W ignore -c " & quoted form of pythonLine & " " & quoted form of ("--wb=" & workbookName) & " --from_xl=1 " & quoted form of ("--app=" & excel) & " > /dev/null 2>&1 &"
	return "started"
end PressButton
