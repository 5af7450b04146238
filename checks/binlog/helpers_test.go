package binlog_test

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

var errDenied = &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("the account does not have the privilege")}
