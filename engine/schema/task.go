package schema

import (
	"strconv"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/internal/owncheck"
)

// Fields returns the fields of a task file.
func Fields() []Field {
	return []Field{
		{Name: "id", Kind: Text, Doc: message.New("engine.taskfield.id")},
		{Name: "name", Kind: Text, Required: true, Doc: message.New("engine.taskfield.name")},
		{Name: "type", Kind: Text, Values: names(engine.TaskTypes()), Doc: message.New("engine.taskfield.type")},
		{Name: "lang", Kind: Text, Default: message.English, Doc: message.New("engine.taskfield.lang")},
		{Name: "phases", Kind: Text, List: true, Required: true, Values: checks.AllPhases.Names(),
			Doc: message.New("engine.taskfield.phases")},
		{Name: "source", Kind: Object, Required: true, Doc: message.New("engine.taskfield.source"),
			Fields: append(endpointWithStandby(),
				Field{Name: "dump", Kind: Text, Doc: message.New("engine.taskfield.dump")})},
		{Name: "destination", Kind: Object, Required: true, Doc: message.New("engine.taskfield.destination"),
			Fields: endpointWithStandby()},
		{Name: "objects", Kind: Object, Required: true, Doc: message.New("engine.taskfield.objects"),
			Fields: objects()},
		{Name: "skip", Kind: Object, List: true, Doc: message.New("engine.taskfield.skip"), Fields: []Field{
			{Name: "type", Kind: Text, Required: true, Doc: message.New("engine.taskfield.skip.type")},
			{Name: "objects", Kind: Text, List: true, Doc: message.New("engine.taskfield.skip.objects")},
			{Name: "reason", Kind: Text, Required: true, Doc: message.New("engine.taskfield.skip.reason")},
		}},
		{Name: "skippableFlags", Kind: Flags, Doc: message.New("engine.taskfield.skippable_flags")},
		{Name: "checks", Kind: Object, List: true, Doc: message.New("engine.taskfield.checks"), Fields: ownChecks()},
		{Name: "settings", Kind: Object, Doc: message.New("engine.taskfield.settings"), Fields: settings()},
		{Name: "limits", Kind: Object, Doc: message.New("engine.taskfield.limits"), Fields: limits()},
	}
}

func names[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

func endpointWithStandby() []Field {
	login := []Field{
		{Name: "user", Kind: Text, Doc: message.New("engine.taskfield.endpoint.user")},
		{Name: "password", Kind: Password, Doc: message.New("engine.taskfield.endpoint.password")},
	}
	return append(endpoint(),
		Field{Name: "drc", Kind: Object, Doc: message.New("engine.taskfield.drc"), Fields: login},
		Field{Name: "innerDrc", Kind: Object, Doc: message.New("engine.taskfield.inner_drc"), Fields: login},
		Field{Name: "standby", Kind: Object, Doc: message.New("engine.taskfield.standby"), Fields: endpoint()},
		Field{Name: "snapshot", Kind: Text, Doc: message.New("engine.taskfield.snapshot")})
}

// endpoint returns the fields of a database. Its type is required, but not of a standby and beside a snapshot.
func endpoint() []Field {
	return []Field{
		{Name: "type", Kind: Text, Values: names(datasource.Types()),
			Doc: message.New("engine.taskfield.endpoint.type")},
		{Name: "host", Kind: Variable, Doc: message.New("engine.taskfield.endpoint.host")},
		{Name: "port", Kind: Number, Least: 1, Doc: message.New("engine.taskfield.endpoint.port")},
		{Name: "socket", Kind: Text, Doc: message.New("engine.taskfield.endpoint.socket")},
		{Name: "user", Kind: Variable, Doc: message.New("engine.taskfield.endpoint.user")},
		{Name: "password", Kind: Password, Doc: message.New("engine.taskfield.endpoint.password")},
		{Name: "loginPath", Kind: Text, Doc: message.New("engine.taskfield.endpoint.login_path")},
		{Name: "optionFile", Kind: Text, Doc: message.New("engine.taskfield.endpoint.option_file")},
		{Name: "service", Kind: Text, Doc: message.New("engine.taskfield.endpoint.service")},
		{Name: "sid", Kind: Text, Doc: message.New("engine.taskfield.endpoint.sid")},
		{Name: "tls", Kind: Object, Doc: message.New("engine.taskfield.endpoint.tls"), Fields: []Field{
			{Name: "mode", Kind: Text, Values: names(datasource.TLSModes()),
				Doc: message.New("engine.taskfield.endpoint.tls.mode")},
			{Name: "ca", Kind: Text, Doc: message.New("engine.taskfield.endpoint.tls.ca")},
			{Name: "cert", Kind: Text, Doc: message.New("engine.taskfield.endpoint.tls.cert")},
			{Name: "key", Kind: Text, Doc: message.New("engine.taskfield.endpoint.tls.key")},
		}},
		{Name: "serverPublicKey", Kind: Text, Doc: message.New("engine.taskfield.endpoint.server_public_key")},
		{Name: "insecurePassword", Kind: Flag, Default: "false",
			Doc: message.New("engine.taskfield.endpoint.insecure_password")},
	}
}

func objects() []Field {
	tables := []Field{
		{Name: "name", Kind: Text, Required: true, Doc: message.New("engine.taskfield.table.name")},
		{Name: "mappedName", Kind: Text, Doc: message.New("engine.taskfield.table.mapped_name")},
	}
	return []Field{
		{Name: "mode", Kind: Text, Values: names(checks.MappingModes()),
			Doc: message.New("engine.taskfield.objects.mode")},
		{Name: "databases", Kind: Object, List: true, Doc: message.New("engine.taskfield.databases"), Fields: []Field{
			{Name: "name", Kind: Text, Required: true, Doc: message.New("engine.taskfield.databases.name")},
			{Name: "mappedName", Kind: Text, Doc: message.New("engine.taskfield.databases.mapped_name")},
			{Name: "tables", Kind: Object, List: true, Doc: message.New("engine.taskfield.databases.tables"),
				Fields: tables},
			{Name: "views", Kind: Object, List: true, Doc: message.New("engine.taskfield.databases.views"),
				Fields: tables},
		}},
		{Name: "include", Kind: Text, List: true, Doc: message.New("engine.taskfield.objects.include")},
		{Name: "exclude", Kind: Text, List: true, Doc: message.New("engine.taskfield.objects.exclude")},
		{Name: "tableCategory", Kind: Text, Values: names(checks.TableCategories()), Default: "ALL",
			Doc: message.New("engine.taskfield.objects.table_category")},
	}
}

func settings() []Field {
	return []Field{
		{Name: "deep", Kind: Flag, Default: "false", Doc: message.New("engine.taskfield.settings.deep")},
		{Name: "connections", Kind: Number, Least: 1, Doc: message.New("engine.taskfield.settings.connections")},
		{Name: "logRetention", Kind: Duration, Doc: message.New("engine.taskfield.settings.log_retention")},
		{Name: "startPosition", Kind: Text, Doc: message.New("engine.taskfield.settings.start_position")},
		{Name: "allowNonEmpty", Kind: Flag, Default: "false",
			Doc: message.New("engine.taskfield.settings.allow_non_empty")},
		{Name: "ddl", Kind: Text, Values: names(checks.DDLs()), Default: string(checks.DDLOriginal),
			Doc: message.New("engine.taskfield.settings.ddl")},
		{Name: "routines", Kind: Flag, Default: "false", Doc: message.New("engine.taskfield.settings.routines")},
		{Name: "heartbeat", Kind: Flag, Default: "false", Doc: message.New("engine.taskfield.settings.heartbeat")},
		{Name: "diskSpace", Kind: Size, Doc: message.New("engine.taskfield.settings.disk_space")},
		{Name: "loader", Kind: Object, Doc: message.New("engine.taskfield.loader"), Fields: []Field{
			{Name: "sqlMode", Kind: Text, Doc: message.New("engine.taskfield.loader.sql_mode")},
			{Name: "foreignKeyChecks", Kind: Flag, Doc: message.New("engine.taskfield.loader.foreign_key_checks")},
		}},
		{Name: "deepBudget", Kind: Object, Doc: message.New("engine.taskfield.deep_budget"), Fields: []Field{
			{Name: "tableRows", Kind: Number, Least: 1, Doc: message.New("engine.taskfield.deep_budget.table_rows")},
			{Name: "rows", Kind: Number, Least: 1, Doc: message.New("engine.taskfield.deep_budget.rows")},
			{Name: "bytes", Kind: Size, Doc: message.New("engine.taskfield.deep_budget.bytes")},
			{Name: "time", Kind: Duration, Doc: message.New("engine.taskfield.deep_budget.time")},
		}},
	}
}

func limits() []Field {
	return []Field{
		{Name: "connections", Kind: Number, Least: 1, Default: strconv.Itoa(engine.DefaultConnections),
			Doc: message.New("engine.taskfield.limits.connections")},
		{Name: "connectTimeout", Kind: Duration, Default: engine.DefaultConnectTimeout.String(),
			Doc: message.New("engine.taskfield.limits.connect_timeout")},
		{Name: "checkTimeout", Kind: Duration, Default: engine.DefaultCheckTimeout.String(),
			Doc: message.New("engine.taskfield.limits.check_timeout")},
		{Name: "timeout", Kind: Duration, Default: engine.DefaultTimeout.String(),
			Doc: message.New("engine.taskfield.limits.timeout")},
		{Name: "objects", Kind: Number, Least: 1, Default: strconv.Itoa(engine.DefaultObjects),
			Doc: message.New("engine.taskfield.limits.objects")},
	}
}

func ownChecks() []Field {
	var columns []Field
	for _, name := range owncheck.Columns() {
		columns = append(columns, Field{Name: name, Kind: Text, Doc: message.New("engine.taskfield.checks.column")})
	}
	return []Field{
		{Name: "type", Kind: Text, Required: true, Doc: message.New("engine.taskfield.checks.type")},
		{Name: "title", Kind: Text, Required: true, Doc: message.New("engine.taskfield.checks.title")},
		{Name: "side", Kind: Text, Required: true, Values: owncheck.Sides(),
			Doc: message.New("engine.taskfield.checks.side")},
		{Name: "products", Kind: Text, List: true, Values: names(datasource.Types()),
			Doc: message.New("engine.taskfield.checks.products")},
		{Name: "phases", Kind: Text, List: true, Values: checks.AllPhases.Names(),
			Doc: message.New("engine.taskfield.checks.phases")},
		{Name: "level", Kind: Text, Required: true, Values: owncheck.Levels(),
			Doc: message.New("engine.taskfield.checks.level")},
		{Name: "query", Kind: Text, Required: true, Doc: message.New("engine.taskfield.checks.query", "schemas",
			datasource.SchemasPlaceholder)},
		{Name: "columns", Kind: Object, Doc: message.New("engine.taskfield.checks.columns"), Fields: columns},
		{Name: "message", Kind: Text, Required: true, Doc: message.New("engine.taskfield.checks.message",
			"placeholders", []string{"{object}", "{actual}", "{expected}"})},
		{Name: "expected", Kind: Text, Doc: message.New("engine.taskfield.checks.expected")},
		{Name: "remedy", Kind: Text, Doc: message.New("engine.taskfield.checks.remedy")},
		{Name: "sql", Kind: Texts, Doc: message.New("engine.taskfield.checks.sql")},
		{Name: "why", Kind: Text, Doc: message.New("engine.taskfield.checks.why")},
	}
}
