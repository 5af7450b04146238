package oracletest

import "time"

// started is when the database of the fixtures was created and started.
var started = time.Date(2024, time.March, 1, 8, 0, 0, 0, time.UTC)

// seeds are the rows that every database has, by the first view of their family: those
// of an open, healthy one in archive log mode with minimal supplemental logging, whose
// user may read the dictionary. They go in when the view is used first.
func seeds(srv *Server) map[string][]Row {
	rel := srv.release
	rows := map[string][]Row{
		"DUAL": {{"DUMMY": "X"}},
		"DBA_USERS": {{"USERNAME": srv.User, "USER_ID": 100, "ACCOUNT_STATUS": "OPEN", "DEFAULT_TABLESPACE": "USERS",
			"TEMPORARY_TABLESPACE": "TEMP", "CREATED": started, "PROFILE": "DEFAULT"}},
	}
	product := Row{"PRODUCT": "Oracle Database", "VERSION": rel.version(), "STATUS": "Production"}
	banner := Row{"BANNER": rel.banner}
	instance := Row{"INSTANCE_NUMBER": 1, "INSTANCE_NAME": "ORCL", "HOST_NAME": "emulated", "VERSION": rel.version(),
		"STARTUP_TIME": started, "STATUS": "OPEN", "PARALLEL": "NO", "THREAD#": 1, "ARCHIVER": "STARTED",
		"LOGINS": "ALLOWED", "SHUTDOWN_PENDING": "NO", "DATABASE_STATUS": "ACTIVE",
		"INSTANCE_ROLE": "PRIMARY_INSTANCE", "ACTIVE_STATE": "NORMAL", "BLOCKED": "NO"}
	database := Row{"DBID": 1234567890, "NAME": "ORCL", "CREATED": started, "LOG_MODE": "ARCHIVELOG",
		"OPEN_MODE": "READ WRITE", "DATABASE_ROLE": "PRIMARY", "FORCE_LOGGING": "NO",
		"SUPPLEMENTAL_LOG_DATA_MIN": "YES", "SUPPLEMENTAL_LOG_DATA_PK": "NO", "SUPPLEMENTAL_LOG_DATA_UI": "NO",
		"SUPPLEMENTAL_LOG_DATA_FK": "NO", "SUPPLEMENTAL_LOG_DATA_ALL": "NO", "SUPPLEMENTAL_LOG_DATA_PL": "NO",
		"PLATFORM_ID": 13, "PLATFORM_NAME": "Linux x86 64-bit", "CURRENT_SCN": 4242424, "FLASHBACK_ON": "NO",
		"DB_UNIQUE_NAME": "ORCL"}
	if rel.atLeast(12, 1) {
		database["CDB"], database["CON_ID"] = "YES", 0
		containers := []Row{
			{"CON_ID": 2, "NAME": "PDB$SEED", "OPEN_MODE": "READ ONLY", "RESTRICTED": "NO"},
			{"CON_ID": 3, "NAME": srv.Service, "OPEN_MODE": "READ WRITE", "RESTRICTED": "NO"}}
		rows["V$PDBS"], rows["V$CONTAINERS"] = containers, containers
		rows["DBA_PDBS"] = []Row{{"PDB_ID": 3, "PDB_NAME": srv.Service, "STATUS": "NORMAL", "LOGGING": "LOGGING",
			"FORCE_LOGGING": "NO", "FORCE_NOLOGGING": "NO"}}
		rows["DBA_SUPPLEMENTAL_LOGGING"] = []Row{{"MINIMAL": "YES", "PRIMARY_KEY": "NO", "UNIQUE_INDEX": "NO",
			"FOREIGN_KEY": "NO", "ALL_COLUMN": "NO", "PROCEDURAL": "NO"}}
	}
	if rel.atLeast(12, 2) {
		rows["DATABASE_PROPERTIES"] = []Row{{"PROPERTY_NAME": "LOCAL_UNDO_ENABLED", "PROPERTY_VALUE": "TRUE"}}
	}
	if rel.atLeast(18, 0) {
		product["VERSION_FULL"], instance["VERSION_FULL"], banner["BANNER_FULL"] = rel.full, rel.full,
			rel.banner+"\nVersion "+rel.full
	}
	rows["PRODUCT_COMPONENT_VERSION"], rows["V$VERSION"] = []Row{product}, []Row{banner}
	rows["V$TIMEZONE_FILE"] = []Row{{"VERSION": 32}}
	rows["V$RESOURCE_LIMIT"] = []Row{{"RESOURCE_NAME": "processes", "CURRENT_UTILIZATION": 70, "MAX_UTILIZATION": 90,
		"INITIAL_ALLOCATION": "       300", "LIMIT_VALUE": "       300"},
		{"RESOURCE_NAME": "sessions", "CURRENT_UTILIZATION": 90, "MAX_UTILIZATION": 120,
			"INITIAL_ALLOCATION": "       472",
			"LIMIT_VALUE":        "       472"},
		{"RESOURCE_NAME": "transactions", "CURRENT_UTILIZATION": 0, "MAX_UTILIZATION": 0,
			"INITIAL_ALLOCATION": "       519",
			"LIMIT_VALUE":        " UNLIMITED"}}
	for _, p := range [][2]string{{"compatible", rel.compatible()}, {"processes", "300"}, {"sessions", "472"},
		{"resource_limit", "TRUE"}, {"undo_management", "AUTO"}, {"undo_retention", "900"},
		{"undo_tablespace", "UNDOTBS1"}} {
		rows["V$PARAMETER"] = append(rows["V$PARAMETER"], Row{"NAME": p[0], "VALUE": p[1]})
	}
	rows["DBA_TABLESPACES"] = []Row{{"TABLESPACE_NAME": "UNDOTBS1", "STATUS": "ONLINE", "CONTENTS": "UNDO",
		"RETENTION": "NOGUARANTEE", "ENCRYPTED": "NO", "BLOCK_SIZE": 8192},
		{"TABLESPACE_NAME": "USERS", "STATUS": "ONLINE", "CONTENTS": "PERMANENT", "RETENTION": "NOT APPLY",
			"ENCRYPTED": "NO", "BLOCK_SIZE": 8192}}
	rows["V$TABLESPACE"] = []Row{{"TS#": 2, "NAME": "UNDOTBS1"}, {"TS#": 4, "NAME": "USERS"}}
	if rel.atLeast(12, 1) {
		for _, tablespace := range rows["V$TABLESPACE"] {
			tablespace["CON_ID"] = 3
		}
	}
	rows["DBA_DATA_FILES"] = []Row{{"TABLESPACE_NAME": "UNDOTBS1", "FILE_ID": 4, "BYTES": 1 << 30,
		"AUTOEXTENSIBLE": "YES",
		"MAXBYTES":       32 << 30},
		{"TABLESPACE_NAME": "USERS", "FILE_ID": 7, "BYTES": 1 << 30, "AUTOEXTENSIBLE": "YES", "MAXBYTES": 32 << 30}}
	rows["V$INSTANCE"], rows["V$DATABASE"] = []Row{instance}, []Row{database}
	for _, p := range []string{"CREATE SESSION", "SELECT ANY DICTIONARY"} {
		rows["SESSION_PRIVS"] = append(rows["SESSION_PRIVS"], Row{"PRIVILEGE": p})
		rows["DBA_SYS_PRIVS"] = append(rows["DBA_SYS_PRIVS"],
			Row{"GRANTEE": srv.User, "PRIVILEGE": p, "ADMIN_OPTION": "NO"})
		rows["USER_SYS_PRIVS"] = append(rows["USER_SYS_PRIVS"],
			Row{"USERNAME": srv.User, "PRIVILEGE": p, "ADMIN_OPTION": "NO"})
	}
	setting := func(view, parameter, value string) {
		rows[view] = append(rows[view], Row{"PARAMETER": parameter, "VALUE": value})
	}
	for _, s := range [][2]string{{"NLS_LANGUAGE", "AMERICAN"}, {"NLS_TERRITORY", "AMERICA"}, {"NLS_SORT", "BINARY"},
		{"NLS_COMP", "BINARY"}, {"NLS_LENGTH_SEMANTICS", "BYTE"}, {"NLS_DATE_FORMAT", "DD-MON-RR"},
		{"NLS_NUMERIC_CHARACTERS", ".,"}, {"NLS_CALENDAR", "GREGORIAN"}} {
		setting("NLS_SESSION_PARAMETERS", s[0], s[1])
		setting("NLS_DATABASE_PARAMETERS", s[0], s[1])
	}
	setting("NLS_DATABASE_PARAMETERS", "NLS_CHARACTERSET", "AL32UTF8")
	setting("NLS_DATABASE_PARAMETERS", "NLS_NCHAR_CHARACTERSET", "AL16UTF16")
	setting("NLS_DATABASE_PARAMETERS", "NLS_RDBMS_VERSION", rel.version())
	return rows
}
