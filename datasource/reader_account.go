package datasource

// InnerDRCUser is the name of the account with which OceanBase Migration Service reads tables without a key. It exists
// in the tenant of the tables (manual of OMS Community Edition V4.2.2, "Create a database user").
const InnerDRCUser = "__oceanbase_inner_drc_user"

// ReaderAccount is a further account of an OceanBase cluster, with its privileges.
type ReaderAccount struct {
	Given  bool // in the task; the others are zero where it is not
	User   string
	Tenant Tenant // that it belongs to; zero where it may not see it
	Grants Grants
}

// FactDRC is the account of the tenant sys with which OceanBase Migration Service reads the log and the definitions
// of a cluster. It fails with the server's error if the account cannot log on.
var FactDRC = NewFact[ReaderAccount]("drc_account", "account of the tenant sys that reads the log")

// FactInnerDRC is the account InnerDRCUser. It fails with the server's error if the account cannot log on.
var FactInnerDRC = NewFact[ReaderAccount]("inner_drc_account", "internal account that reads tables without a key")
