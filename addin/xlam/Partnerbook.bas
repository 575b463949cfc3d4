Attribute VB_Name = "PartnerbookAddin"
Option Explicit

' Partnerbook's add-in: worksheet functions and buttons, and how they reach Python.
'
' Only the worksheet functions are public functions: any cell of any workbook, with macros or
' without, can use whatever public function or Declare a module has.
'
' No workbook has a say in which Python it is, or where that looks for modules: only the add-in's
' own sheet is asked. Python starts directly, and without Excel's current folder among its modules
' (-P): that is often a folder of workbooks that came from somebody else.
'
' How Python is started, and the library that does it, are xlwings':
@NOTICE@

#If Mac Then
#ElseIf Win64 Then
    Private Const LIBRARY As String = "@DLL64@"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "@DLL64@" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Declare PtrSafe Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal lpLibFileName As String) As LongPtr
#Else
    Private Const LIBRARY As String = "@DLL32@"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "@DLL32@" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    Private Declare PtrSafe Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal lpLibFileName As String) As LongPtr
#End If

Private Const NO_PYTHON As String = "Partnerbook's Python does not start. Run in a terminal: partnerbook excel install"

' ---- settings ----

Private Function Setting(ByVal key As String) As String
    ' The add-in's own sheet, and nothing else: no sheet of the active workbook, no file beside it.
    Dim row As Long
    For row = 1 To 20
        If UCase$(CStr(ThisWorkbook.Worksheets(1).Cells(row, 1).Value)) = key Then
            Setting = CStr(ThisWorkbook.Worksheets(1).Cells(row, 2).Value)
            Exit Function
        End If
    Next row
End Function

Private Function FolderOf(ByVal path As String) As String
    FolderOf = Left$(path, InStrRev(path, "\") - 1)
End Function

' ---- Python ----

#If Mac Then
#Else
Private Function StartCommand() As String
    ' The same for every workbook, so one Python serves them all. $(CLSID) is the library's.
    StartCommand = """" & Setting("INTERPRETER") & """ -P -B -c ""import xlwings; xlwings.serve('$(CLSID)')"""
End Function

Private Function Python() As Variant
    Dim folder As String
    folder = FolderOf(Setting("INTERPRETER"))
    If LoadLibrary(folder & "\" & LIBRARY) = 0 Then
        If LoadLibrary(FolderOf(folder) & "\" & LIBRARY) = 0 Then Err.Raise 1000, Description:=NO_PYTHON
    End If
    If XLPyDLLActivateAuto(Python, StartCommand(), 1) <> 0 Then Err.Raise 1000, Description:=NO_PYTHON
End Function
#End If

' ---- functions ----

Private Function InWizard() As Boolean
    ' While the function wizard is shown this button of the old toolbar is disabled.
    On Error Resume Next
    InWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

Private Function Answer(ByVal called As String, ByVal args As Variant) As Variant
    #If Mac Then
        Answer = "#PB Windows only"
    #Else
        On Error GoTo failed
        ' Not the active workbook: xlwings would look for code in its sheets.
        Answer = Python().CallUDF(Setting("UDF MODULES"), called, args, ThisWorkbook, Application.Caller)
        Exit Function
failed:
        Answer = "#PB no Python"
    #End If
End Function

Private Function Number(ByVal given As Variant) As Variant
    ' A sum leaves text out in silence; #N/A it notices. CUSTOMERSTATUS says what was wrong.
    Number = given
    If VarType(given) = vbString Then
        If Left$(given, 3) = "#PB" Then Number = CVErr(xlErrNA)
    End If
End Function

' ---- buttons ----

Private Sub Press(ByVal button As String)
    Dim pressed As String
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a workbook first.", vbExclamation, "Partnerbook"
        Exit Sub
    End If
    pressed = button & "('" & Setting("LANGUAGE") & "')"
    On Error GoTo failed
    ' Esc is Python's to notice: here it would end the macro while Python goes on.
    Application.EnableCancelKey = xlDisabled
    #If Mac Then
        If AppleScriptTask("Partnerbook.applescript", "PressButton", Setting("INTERPRETER") & vbLf & pressed & vbLf & Left$(Application.Path, Len(Application.Path) - 4) & vbLf & ActiveWorkbook.Name) <> "started" Then GoTo failed
    #Else
        Dim server As Variant
        Set server = Python()
        server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
        server.Exec "import addin.buttons; addin.buttons." & pressed
    #End If
    Exit Sub
failed:
    Application.StatusBar = False
    MsgBox NO_PYTHON, vbExclamation, "Partnerbook"
End Sub

' What follows is made from addin.udfs and from the list of buttons.

