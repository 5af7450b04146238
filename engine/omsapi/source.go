package omsapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func (s *Server) dataSourceActions() []action {
	return []action{
		does("ListDataSource", auth.Read, []wire.DataSource{}, s.listDataSource),
		does("CreateMySqlDataSource", auth.Admin, "", s.createMySQL),
		does("CreateOceanBaseDataSource", auth.Admin, "", s.createOceanBase),
		does("CreateOracleDataSource", auth.Admin, "", s.createOracle),
		does("ListDataSourceObjects", auth.Submit, []wire.SchemaObjects{}, s.listObjects),
	}
}

// The documented limits of a data source.
const (
	maxSourceName  = 32
	maxDescription = 128
)

func (s *Server) createMySQL(ctx context.Context, c call, request *wire.CreateMySQLDataSourceRequest) (answer, error) {
	kind := typeOf(request.Type)
	if kind == "" {
		kind = datasource.MySQL
	}
	return s.create(ctx, c, &request.NewDataSource, kind, []datasource.Type{datasource.MySQL, datasource.MariaDB},
		wire.Readers{}, func(*sourceBody) {})
}

func (s *Server) createOceanBase(ctx context.Context, c call,
	request *wire.CreateOceanBaseDataSourceRequest) (answer, error) {
	kind := typeOf(request.Type)
	if kind == "" {
		kind = datasource.OceanBaseMySQL
	}
	return s.create(ctx, c, &request.NewDataSource, kind,
		[]datasource.Type{datasource.OceanBaseMySQL, datasource.OceanBaseOracle}, request.Readers,
		func(b *sourceBody) {
			b.Tenant, b.Cluster, b.OCPName = request.Tenant, request.Cluster, request.OCPName
			b.ConfigURL, b.DRCUser = request.ConfigURL, request.DRCUserName
			if !strings.ContainsRune(b.User, '@') && b.User != "" && request.Tenant != "" {
				b.User += "@" + request.Tenant
				if request.Cluster != "" {
					b.User += "#" + request.Cluster
				}
			}
		})
}

func (s *Server) createOracle(ctx context.Context, c call,
	request *wire.CreateOracleDataSourceRequest) (answer, error) {
	return s.create(ctx, c, &request.NewDataSource, datasource.Oracle, []datasource.Type{datasource.Oracle},
		wire.Readers{}, func(b *sourceBody) { b.Service, b.SID = request.ServiceName, request.OracleSID })
}

// create stores a data source, with its passwords encrypted. data is its ID.
func (s *Server) create(ctx context.Context, c call, request *wire.NewDataSource, kind datasource.Type,
	allowed []datasource.Type, readers wire.Readers, complete func(*sourceBody)) (answer, error) {
	if !s.config.Endpoints.Create {
		return answer{}, &callError{code: wire.CodeDenied, level: wire.LevelError,
			text: message.New("api.source.create_not_allowed"), proposal: message.New("api.source.ask_administrator")}
	}
	body := sourceBody{Host: request.IP, Port: request.Port, User: request.UserName,
		TLSMode: datasource.TLSMode(request.TLSMode), Schema: request.Schema, Region: request.Region,
		Zone: request.Zone, About: request.Description, TryKeepHb: request.TryKeepHb}
	complete(&body)
	var errs conversion
	switch {
	case request.Name == "":
		errs.fail("name", message.New("engine.field.required"))
	case strings.ContainsFunc(request.Name, unicode.IsSpace):
		errs.fail("name", message.New("engine.task.name_has_space", "name", strconv.Quote(request.Name)))
	case utf8.RuneCountInString(request.Name) > maxSourceName:
		errs.fail("name", message.New("api.task.name_long", "most", maxSourceName))
	case slices.ContainsFunc(s.sources.configured(), func(o source) bool { return o.Name == request.Name }):
		errs.fail("name", message.New("api.config.duplicate"))
	}
	if utf8.RuneCountInString(request.Description) > maxDescription {
		errs.fail("description", message.New("api.task.name_long", "most", maxDescription))
	}
	if !slices.Contains(allowed, kind) {
		errs.fail("type", message.New("api.source.type", "allowed", allowed))
		kind = allowed[0]
	}
	endpoint := body.endpoint(kind)
	endpoint.Password = decodePassword(request.Password)
	addReaders(&endpoint, readers)
	errs.add(ofSource(engine.ValidateEndpoint("", engine.At(endpoint))))
	if endpoint.Host != "" && !s.config.Endpoints.Allows(endpoint.Host) {
		errs.fail("ip", message.New("api.task.host_not_allowed"))
	}
	if request.Zone != "" && !s.config.Reached(request.Zone) {
		errs.fail("zone", message.New("api.config.zone_unreached"))
	}
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	data, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	created, err := s.store.CreateDataSource(ctx, runstore.DataSource{Name: request.Name, Type: string(kind),
		User: c.Name, Body: data, Secret: s.sources.close(endpoint)})
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.source"))
	}
	s.audit(ctx, c, "create-data-source", created.ID, "type", kind, "address", endpoint.WithDefaults().Address())
	return answer{data: created.ID}, nil
}

// sourcePaths are the paths of a request in place of those of an endpoint.
var sourcePaths = strings.NewReplacer(".drc.user", "drcUserName", ".host", "ip", ".port", "port", ".user", "username",
	".service", "serviceName", ".sid", "oracleSid", ".tls.mode", "tlsMode", ".type", "type", ".password", "password")

func ofSource(err error) error {
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		return err
	}
	renamed := slices.Clone(invalid)
	for i := range renamed {
		renamed[i].Path = sourcePaths.Replace(renamed[i].Path)
		if renamed[i].Path == "ip" {
			renamed[i].Text = message.New("api.source.ip")
		}
	}
	return renamed
}

// listDataSource returns a page of the data sources.
func (s *Server) listDataSource(ctx context.Context, _ call, request *wire.ListDataSourceRequest) (answer, error) {
	var errs conversion
	page := errs.page(request.Page, 1000)
	page.Ascending = errs.ascending(request.SortField, request.Order)
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	all, err := s.sources.list(ctx)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.source"))
	}
	var types []datasource.Type
	for _, name := range request.Types {
		types = append(types, typeOf(name))
	}
	search := strings.ToLower(request.SearchKey)
	all = slices.DeleteFunc(all, func(o source) bool {
		if len(types) > 0 && !slices.Contains(types, o.Endpoint.Type) {
			return true
		}
		return !strings.Contains(strings.ToLower(o.Name), search) && !strings.Contains(strings.ToLower(o.ID), search)
	})
	slices.SortStableFunc(all, func(a, b source) int {
		order := strings.Compare(a.created, b.created)
		if strings.EqualFold(request.SortField, "gmtModified") {
			order = strings.Compare(a.modified, b.modified)
		}
		if page.Ascending {
			return order
		}
		return -order
	})
	total := len(all)
	from := min((page.Number-1)*page.Size, total)
	list := []wire.DataSource{}
	for _, one := range all[from:min(from+page.Size, total)] {
		list = append(list, shown(one))
	}
	return paged(list, page, total), nil
}

// ascending reads the order of a list.
func (c *conversion) ascending(field, order string) bool {
	switch strings.ToLower(strings.TrimSpace(field)) {
	case "", "gmtcreate", "gmtmodified":
	default:
		c.fail("sortField", message.New("api.list.sort"))
	}
	switch strings.ToLower(strings.TrimSpace(order)) {
	case "asc", "ascend", "1":
		return true
	case "", "desc", "descend", "0", "-1":
	default:
		c.fail("order", message.New("api.list.order"))
	}
	return false
}

// shown returns a data source as the API shows it.
func shown(o source) wire.DataSource {
	d := wire.DataSource{ID: o.ID, Name: o.Name, Type: string(o.Endpoint.Type), Role: "MASTER",
		Owner: optional(o.owner), Tenant: optional(o.body.Tenant), Cluster: optional(o.body.Cluster),
		Schema: optional(o.body.Schema), IP: o.body.Host, Port: o.body.Port, UserName: o.body.User,
		Region: optional(o.body.Region), Description: optional(o.body.About), OCPName: optional(o.body.OCPName),
		OracleSID: optional(o.body.SID), TryKeepHb: o.body.TryKeepHb, GmtCreate: optional(o.created),
		GmtModified: optional(o.modified), ConnectionExtraAttributes: map[string]string{}}
	if d.Port == 0 {
		d.Port = o.Endpoint.Type.DefaultPort()
	}
	if o.body.Tenant != "" {
		d.ConnectionExtraAttributes["tenant"] = o.body.Tenant
	}
	if o.body.Cluster != "" {
		d.ConnectionExtraAttributes["cluster"] = o.body.Cluster
	}
	if o.body.DRCUser != "" {
		d.ConnectionExtraAttributes["drcUser"] = o.body.DRCUser
	}
	if o.body.Zone != "" {
		d.ConnectionExtraAttributes["zone"] = o.body.Zone
	}
	if o.body.Service != "" {
		d.ConnectionExtraAttributes["serviceName"] = o.body.Service
	}
	return d
}

// The time and the connections that listObjects uses of a database.
const (
	browseTime        = 20 * time.Second
	browseConnections = 2
	maxObjects        = 10_000
)

// listObjects reads the schemas of a data source, or the tables and views of one schema, for a form that submits.
func (s *Server) listObjects(ctx context.Context, _ call, request *wire.ListDataSourceObjectsRequest) (answer, error) {
	if request.ID == "" {
		return answer{}, required("id")
	}
	found, err := s.sources.find(ctx, request.ID)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.source"))
	}
	if found.Zone != "" {
		return answer{}, &callError{code: wire.CodeUnavailable, level: wire.LevelError,
			text: message.New("api.source.in_zone", "name", found.Name, "zone", found.Zone)}
	}
	endpoint, err := s.sources.withPassword(found)
	if err != nil {
		return answer{}, &callError{code: wire.CodeUnavailable, level: wire.LevelError, text: message.Of(err)}
	}
	ctx, cancel := context.WithTimeout(ctx, browseTime)
	defer cancel()
	e := endpoint.Endpoint
	e.Connections = browseConnections
	reader, err := s.engine.Open(e, func(context.Context) ([]string, error) { return []string{request.Schema}, nil })
	if err != nil {
		return answer{}, unreachable(found, err)
	}
	defer func() { _ = reader.Close() }()
	facts := datasource.NewFacts(ctx, reader)
	defer facts.Stop(ctx)
	ctx = datasource.WithCaller(ctx, "RDB_SCHEMA_EXIST")
	if request.Schema == "" {
		schemas, err := datasource.FactSchemas.Of(ctx, facts)
		if err != nil {
			return answer{}, unreachable(found, err)
		}
		list := []wire.SchemaObjects{}
		for _, schema := range schemas {
			list = append(list, wire.SchemaObjects{Name: schema.Name, Tables: []string{}, Views: []string{}})
		}
		return answer{data: list}, nil
	}
	tables, err := datasource.FactTables.Of(ctx, facts)
	if err != nil {
		return answer{}, unreachable(found, err)
	}
	one := wire.SchemaObjects{Name: request.Schema, Tables: []string{}, Views: []string{}}
	for _, t := range tables[:min(len(tables), maxObjects)] {
		switch {
		case t.IsView():
			one.Views = append(one.Views, t.TableName.Name)
		case t.HoldsRows():
			one.Tables = append(one.Tables, t.TableName.Name)
		}
	}
	return answer{data: []wire.SchemaObjects{one}}, nil
}

// unreachable is the error of a database that could not be read.
func unreachable(of source, err error) error {
	text := message.New("api.source.unreachable", "name", of.Name)
	failed := &callError{code: wire.CodeUnavailable, level: wire.LevelError, text: text, cause: err}
	var known *datasource.Error
	if errors.As(err, &known) {
		failed.reason, failed.proposal = known.Cause, known.Remedy
	}
	return failed
}
