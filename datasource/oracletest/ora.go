package oracletest

import "fmt"

// oraErr is an error as the database reports it.
type oraErr struct {
	code     int
	text     string
	position int // byte offset in the statement; 0 if the database returns none
}

func (e *oraErr) Error() string { return fmt.Sprintf("ORA-%05d: %s", e.code, e.text) }

// oraError returns the error of a code, its text filled with args.
func oraError(code int, args ...any) *oraErr {
	text, ok := messages[code]
	if !ok {
		text = "error"
	}
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return &oraErr{code: code, text: text}
}

func (e *oraErr) at(position int) *oraErr {
	e.position = position
	return e
}

// notEmulated is the error for features of Oracle that are not emulated.
func notEmulated(what string) *oraErr {
	return oraError(3001, "oracletest does not emulate "+what)
}

// messages are the texts of Oracle Database Error Messages.
var messages = map[int]string{
	18:    "maximum number of sessions exceeded",
	20:    "maximum number of processes (150) exceeded",
	28:    "your session has been killed",
	900:   "invalid SQL statement",
	903:   "invalid table name",
	904:   "%s: invalid identifier",
	907:   "missing right parenthesis",
	909:   "invalid number of arguments",
	911:   "invalid character",
	913:   "too many values",
	918:   "column ambiguously defined",
	920:   "invalid relational operator",
	923:   "FROM keyword not found where expected",
	933:   "SQL command not properly ended",
	934:   "group function is not allowed here",
	936:   "missing expression",
	937:   "not a single-group group function",
	938:   "not enough arguments for function",
	939:   "too many arguments for function",
	942:   "table or view does not exist",
	972:   "identifier is too long",
	979:   "not a GROUP BY expression",
	1001:  "invalid cursor",
	1002:  "fetch out of sequence",
	1008:  "not all variables bound",
	1013:  "user requested cancel of current operation",
	1017:  "invalid username/password; logon denied",
	1031:  "insufficient privileges",
	1033:  "ORACLE initialization or shutdown in progress",
	1034:  "ORACLE not available",
	1036:  "illegal variable name/number",
	1045:  "user %s lacks CREATE SESSION privilege; logon denied",
	1403:  "no data found",
	1427:  "single-row subquery returns more than one row",
	1456:  "may not perform insert/delete/update operation inside a READ ONLY transaction",
	1722:  "invalid number",
	1740:  "missing double quote in identifier",
	1741:  "illegal zero-length identifier",
	1742:  "comment not terminated properly",
	1747:  "invalid user.table.column, table.column, or column specification",
	1756:  "quoted string not properly terminated",
	1789:  "query block has incorrect number of result columns",
	1795:  "maximum number of expressions in a list is 1000",
	1841:  "(full) year must be between -4713 and +9999, and not be 0",
	1861:  "literal does not match format string",
	2003:  "invalid USERENV parameter",
	2391:  "exceeded simultaneous SESSIONS_PER_USER limit",
	3001:  "unimplemented feature: %s",
	3113:  "end-of-file on communication channel",
	12505: "TNS:listener does not currently know of SID given in connect descriptor",
	12514: "TNS:listener does not currently know of service requested in connect descriptor",
	28000: "the account is locked",
	28001: "the password has expired",
	28002: "the password will expire within %d days",
}
