package datasource

import "context"

// NLS are an Oracle database's own language settings, by the names of NLS_DATABASE_PARAMETERS,
// such as NLS_CHARACTERSET.
type NLS map[string]string

// FactNLS are the database's language settings.
const FactNLS Fact = "NLS parameters"

// NLS gives the database's language settings (NLS_DATABASE_PARAMETERS, which every account may read).
func (f *Facts) NLS(ctx context.Context) (NLS, error) { return get[NLS](ctx, f, FactNLS) }
