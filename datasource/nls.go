package datasource

// NLS are the language settings of an Oracle database, by the names of NLS_DATABASE_PARAMETERS, such as
// NLS_CHARACTERSET.
type NLS map[string]string

// FactNLS are the database's language settings (NLS_DATABASE_PARAMETERS, which every account may read).
var FactNLS = NewFact[NLS]("nls", "NLS database parameters")
