package oracle

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// UNLIMITED TABLESPACE is never granted through a role.
const (
	spacesQuery    = "SELECT username, default_tablespace FROM dba_users WHERE {scope:username}"
	unlimitedQuery = "SELECT grantee FROM dba_sys_privs WHERE privilege = 'UNLIMITED TABLESPACE' AND " +
		"({scope:grantee} " +
		"OR grantee = 'PUBLIC')"
	quotasQuery = "SELECT username, tablespace_name, bytes, max_bytes FROM dba_ts_quotas WHERE {scope:username} AND " +
		"dropped = 'NO'"
	ownSpacesQuery = "SELECT username, default_tablespace FROM user_users"
	ownQuotasQuery = "SELECT tablespace_name, bytes, max_bytes FROM user_ts_quotas WHERE dropped = 'NO'"
)

func (r *Reader) spaces(ctx context.Context) (map[string]datasource.Space, error) {
	server, err := r.server(ctx)
	switch {
	case err != nil:
		return nil, err
	case server.IsOceanBase():
		return nil, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.no_quotas", "server", server.String())}
	}
	spaces, err := r.spacesOfAll(ctx)
	if unreadable(err) {
		return r.ownSpace(ctx)
	}
	return spaces, err
}

func (r *Reader) spacesOfAll(ctx context.Context) (map[string]datasource.Space, error) {
	spaces := map[string]datasource.Space{}
	change := func(schema string, change func(*datasource.Space)) {
		if s, ok := spaces[schema]; ok {
			change(&s)
			spaces[schema] = s
		}
	}
	if err := r.inScope(ctx, spacesQuery, func(c cells) error {
		spaces[strings.Clone(c[0])] = datasource.Space{Default: strings.Clone(c[1])}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := r.inScope(ctx, unlimitedQuery, func(c cells) error {
		for schema := range spaces {
			if schema == c[0] || c[0] == "PUBLIC" {
				change(schema, func(s *datasource.Space) { s.Unlimited = true })
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return spaces, r.inScope(ctx, quotasQuery, func(c cells) error {
		q, err := quota(c[1:])
		change(c[0], func(s *datasource.Space) { s.Quotas = append(s.Quotas, q) })
		return err
	})
}

func (r *Reader) ownSpace(ctx context.Context) (map[string]datasource.Space, error) {
	var name string
	var s datasource.Space
	if err := r.query(ctx, ownSpacesQuery, func(c cells) error {
		name, s.Default = strings.Clone(c[0]), strings.Clone(c[1])
		return nil
	}); err != nil {
		return nil, err
	}
	privileges, err := r.systemPrivileges(ctx)
	if err != nil {
		return nil, err
	}
	s.Unlimited = slices.Contains(privileges, "UNLIMITED TABLESPACE")
	err = r.query(ctx, ownQuotasQuery, func(c cells) error {
		q, err := quota(c)
		s.Quotas = append(s.Quotas, q)
		return err
	})
	return map[string]datasource.Space{name: s}, err
}

// quota parses the name of a tablespace, the used bytes and the maximum.
func quota(c cells) (datasource.Quota, error) {
	q := datasource.Quota{Tablespace: strings.Clone(c[0])}
	for at, into := range map[int]*int64{1: &q.Used, 2: &q.Most} {
		if c[at] == "" {
			continue
		}
		var err error
		if *into, err = strconv.ParseInt(c[at], 10, 64); err != nil {
			return q, err
		}
	}
	return q, nil
}
