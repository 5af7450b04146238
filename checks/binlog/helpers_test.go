package binlog_test

import (
	"github.com/dbprecheck/precheck/datasource"
)

var errDenied = &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account lacks a right"}
