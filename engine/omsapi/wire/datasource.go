package wire

// ListDataSourceRequest is the request of ListDataSource. Its answer is a page of DataSource.
type ListDataSourceRequest struct {
	SearchKey string   `json:"searchKey"` // part of the name or the ID
	Types     []string `json:"types"`
	SortField string   `json:"sortField"` // gmtCreate (default) or gmtModified
	Order     string   `json:"order"`     // descend (default) or asc
	Page
}

// DataSource is a data source. It never holds a password.
type DataSource struct {
	ID                        string            `json:"id"`
	Name                      string            `json:"name"`
	Type                      string            `json:"type"`
	Role                      string            `json:"role"`
	Owner                     *string           `json:"owner"`
	Tenant                    *string           `json:"tenant"`
	Cluster                   *string           `json:"cluster"`
	Schema                    *string           `json:"schema"`
	IP                        string            `json:"ip"`
	Port                      int               `json:"port"`
	UserName                  string            `json:"userName"`
	Region                    *string           `json:"region"`
	Description               *string           `json:"description"`
	OCPName                   *string           `json:"ocpName"`
	OracleSID                 *string           `json:"oracleSid"`
	OracleNLSLengthSemantics  *string           `json:"oracleNlsLengthSemantics"`
	OperatingSystem           *string           `json:"operatingSystem"`
	Version                   *string           `json:"version"`
	Timezone                  *string           `json:"timezone"`
	Charset                   *string           `json:"charset"`
	TryKeepHb                 bool              `json:"tryKeepHb"`
	GmtCreate                 *string           `json:"gmtCreate"`
	GmtModified               *string           `json:"gmtModified"`
	PartnerID                 *string           `json:"partnerId"`
	ConnectionExtraAttributes map[string]string `json:"connExtraAttributes"`
}

// NewDataSource is what the calls that create a data source share.
type NewDataSource struct {
	Name        string `json:"name"` // at most 32 characters, no spaces
	IP          string `json:"ip"`
	Port        int    `json:"port"`
	Schema      string `json:"schema"`
	UserName    string `json:"username"`
	Password    string `json:"password"` // Base64, or as it is
	TryKeepHb   bool   `json:"tryKeepHb"`
	Region      string `json:"region"`
	Description string `json:"description"` // at most 128 characters
	TLSMode     string `json:"tlsMode"`     // ours
	Zone        string `json:"zone"`        // ours: of the agents that reach it; empty: the server reaches it
}

// CreateMySQLDataSourceRequest is the request of CreateMySqlDataSource. Its answer is the ID.
type CreateMySQLDataSourceRequest struct {
	NewDataSource
	Type string `json:"type"` // ours: MYSQL (default) or MARIADB
}

// CreateOceanBaseDataSourceRequest is the request of CreateOceanBaseDataSource. Its answer is the ID.
type CreateOceanBaseDataSourceRequest struct {
	NewDataSource
	Readers
	Tenant    string `json:"tenant"`
	Cluster   string `json:"cluster"`
	Type      string `json:"type"` // ours: OB_MYSQL (default) or OB_ORACLE
	OCPName   string `json:"ocpName"`
	ConfigURL string `json:"configUrl"`
}

// CreateOracleDataSourceRequest is the request of CreateOracleDataSource. Its answer is the ID.
type CreateOracleDataSourceRequest struct {
	NewDataSource
	ServiceName string `json:"serviceName" alias:"service"` // exactly one of it and oracleSid is set
	OracleSID   string `json:"oracleSid" alias:"sid"`
}

// ListDataSourceObjectsRequest is the request of ListDataSourceObjects.
type ListDataSourceObjectsRequest struct {
	ID     string `json:"id"`
	Schema string `json:"schema"` // empty: the answer lists schemas only
}

// SchemaObjects is one schema of the answer of ListDataSourceObjects.
type SchemaObjects struct {
	Name   string   `json:"name"`
	Tables []string `json:"tables"`
	Views  []string `json:"views"`
}

// CreateLabelRequest is the request of CreateLabel. Its answer is the ID.
type CreateLabelRequest struct {
	Name string `json:"name"`
}

// Label is a label of prechecks and projects.
type Label struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Empty is the request of a call without fields.
type Empty struct{}
