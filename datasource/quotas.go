package datasource

// Quota is how many bytes of a tablespace a schema may use.
type Quota struct {
	Tablespace string
	Used       int64
	Most       int64 // -1 is no limit
}

// Room reports whether the schema may store more.
func (q Quota) Room() bool { return q.Most < 0 || q.Used < q.Most }

// Space is the storage that an Oracle database allows a schema.
type Space struct {
	Unlimited bool // it has UNLIMITED TABLESPACE
	Default   string
	Quotas    []Quota
}

// Room reports whether the schema may store more in the tablespace of that name, in any if it is empty.
func (s Space) Room(tablespace string) bool {
	if s.Unlimited {
		return true
	}
	for _, q := range s.Quotas {
		if (tablespace == "" || q.Tablespace == tablespace) && q.Room() {
			return true
		}
	}
	return false
}

// Left returns the number of bytes that the schema may still store in a tablespace; limited is false if it
// has no limit there.
func (s Space) Left(tablespace string) (bytes int64, limited bool) {
	if s.Unlimited {
		return 0, false
	}
	for _, q := range s.Quotas {
		if q.Tablespace == tablespace {
			return max(q.Most-q.Used, 0), q.Most >= 0
		}
	}
	return 0, true
}

// FactSpaces are the storage that an Oracle database allows each schema in scope (DBA_TS_QUOTAS,
// DBA_SYS_PRIVS, DBA_USERS). Where the account may not read these views, only the account's own schema is
// included (USER_TS_QUOTAS, SESSION_PRIVS, USER_USERS).
var FactSpaces = NewFact[map[string]Space]("tablespace_quotas", "tablespace quotas")
