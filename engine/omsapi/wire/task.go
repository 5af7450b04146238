package wire

// Task is what CreateProject and SubmitPreCheck describe. Fields tagged "transfer" concern only the transfer.
type Task struct {
	Name                 string                `json:"name"`     // at most 64 characters, no spaces
	Type                 string                `json:"type"`     // MIGRATION, SYNC or VERIFY
	LabelIDs             []string              `json:"labelIds"` // at most 5
	SourceEndpointID     string                `json:"sourceEndpointId"`
	SinkEndpointID       string                `json:"sinkEndpointId"`
	TransferMapping      TransferMapping       `json:"transferMapping"`
	CommonTransferConfig *CommonTransferConfig `json:"commonTransferConfig"`

	EnableStructTransfer      *bool `json:"enableStructTransfer"`
	EnableFullTransfer        *bool `json:"enableFullTransfer"`
	EnableFullVerify          *bool `json:"enableFullVerify"`
	EnableIncrTransfer        *bool `json:"enableIncrTransfer"`
	EnableReverseIncrTransfer *bool `json:"enableReverseIncrTransfer"`

	StructTransferConfig *StructTransferConfig `json:"structTransferConfig"`
	FullTransferConfig   *FullTransferConfig   `json:"fullTransferConfig"`
	IncrTransferConfig   *IncrTransferConfig   `json:"incrTransferConfig"`

	Options
}

// Options are fields of this server in a task. OceanBase Migration Service does not have them.
type Options struct {
	SourceEndpoint *Endpoint `json:"sourceEndpoint,omitempty"` // instead of sourceEndpointId
	SinkEndpoint   *Endpoint `json:"sinkEndpoint,omitempty"`   // instead of sinkEndpointId
	SkipItems      []Skip    `json:"skipItems,omitempty"`
	Deep           bool      `json:"deep,omitempty"` // also reads sizes and data, within limits
	// TransferConnections are the connections that the migration itself opens to each database.
	TransferConnections int `json:"transferConnections,omitempty"`
	// SkippableFlags say which failures can be skipped, as the system parameter precheck.skippable_flags does.
	SkippableFlags map[string]bool `json:"skippableFlags,omitempty"`
	TimeoutSeconds int             `json:"timeoutSeconds,omitempty"` // of the whole run
	Settings       *Settings       `json:"settings,omitempty"`
	Limits         *Limits         `json:"limits,omitempty"`
}

// Settings are the settings of a task file that a request does not have elsewhere.
type Settings struct {
	DDL           string      `json:"ddl,omitempty"`       // original (default) or rewritten
	Routines      bool        `json:"routines,omitempty"`  // procedures, triggers and events are migrated, too
	Heartbeat     bool        `json:"heartbeat,omitempty"` // the migration updates a row of the source
	StartPosition string      `json:"startPosition,omitempty"`
	DiskSpace     int64       `json:"diskSpace,omitempty"` // free on the destination, in bytes
	DeepBudget    *DeepBudget `json:"deepBudget,omitempty"`
	Loader        *Loader     `json:"loader,omitempty"`
}

// DeepBudget bounds what a deep precheck reads of rows. 0 is the default.
type DeepBudget struct {
	TableRows   int64 `json:"tableRows,omitempty"`
	Rows        int64 `json:"rows,omitempty"`
	Bytes       int64 `json:"bytes,omitempty"`
	TimeSeconds int   `json:"timeSeconds,omitempty"`
}

// Loader is what is known of the sessions in which the migration writes rows.
type Loader struct {
	SQLMode          *string `json:"sqlMode"`          // null: that of the server
	ForeignKeyChecks *bool   `json:"foreignKeyChecks"` // null: not known
}

// Limits are the limits of a task file but the time of the whole run. 0 is the default.
type Limits struct {
	Connections           int `json:"connections,omitempty"` // per database; the server may allow fewer
	ConnectTimeoutSeconds int `json:"connectTimeoutSeconds,omitempty"`
	CheckTimeoutSeconds   int `json:"checkTimeoutSeconds,omitempty"`
	Objects               int `json:"objects,omitempty"` // listed in the message of a record
}

// Skip accepts the findings of a check.
type Skip struct {
	Type    string   `json:"type"`
	Objects []string `json:"objects"` // patterns of schema.table of the source; empty: all findings
	Reason  string   `json:"reason"`
}

// Endpoint is a database that a request describes itself.
type Endpoint struct {
	Type     string `json:"type"` // MYSQL, MARIADB, OB_MYSQL, OB_ORACLE or ORACLE
	IP       string `json:"ip" alias:"host"`
	Port     int    `json:"port"`
	UserName string `json:"username" alias:"userName user"` // OceanBase: user@tenant#cluster
	Password string `json:"password"`                       // Base64
	Service  string `json:"service"`                        // Oracle
	SID      string `json:"sid" alias:"oracleSid"`          // Oracle
	TLSMode  string `json:"tlsMode"`                        // disabled, preferred, required, verify-ca, verify-identity
	Readers
	TryKeepHb bool `json:"tryKeepHb"` // the migration updates a row of the source
}

// Readers are further accounts of an OceanBase cluster, with which the migration reads it. An account without a
// password is not used.
type Readers struct {
	DRCUserName      string `json:"drcUserName"` // of the tenant sys
	DRCPassword      string `json:"drcPassword"`
	InnerDRCPassword string `json:"innerDrcPassword"` // of __oceanbase_inner_drc_user
}

// TransferMapping names the objects of a task.
type TransferMapping struct {
	Mode                  string     `json:"mode"` // SPECIFIC, WILDCARD or COMPLEX
	Databases             []Database `json:"databases"`
	DatabasesBlack        []Database `json:"databasesBlack"`
	TableAndViewWhiteList []string   `json:"tableAndViewWhiteList"` // patterns such as shop.*
	TableAndViewBlackList []string   `json:"tableAndViewBlackList"`
}

// Database is a schema of the source, with its name on the destination.
type Database struct {
	ClusterName    string  `json:"clusterName,omitempty" oms:"transfer"`
	TenantName     string  `json:"tenantName,omitempty" oms:"transfer"`
	ID             string  `json:"id,omitempty" oms:"transfer"`
	Name           string  `json:"name"`
	MappedName     string  `json:"mappedName,omitempty"`
	Tables         []Table `json:"tables"`
	Views          []Table `json:"views"`
	SpecificTables []Table `json:"specificTables,omitempty"`
	SpecificViews  []Table `json:"specificViews,omitempty"`
}

// Table is a table or view of the source, with its name on the destination.
type Table struct {
	Name          string   `json:"name"`
	MappedName    string   `json:"mappedName,omitempty"`
	ID            string   `json:"id,omitempty" oms:"transfer"`
	WhereClause   string   `json:"whereClause,omitempty" oms:"transfer"`
	FilterColumns []string `json:"filterColumns,omitempty" oms:"transfer"`
	ShardColumns  []string `json:"shardColumns,omitempty" oms:"transfer"`
	Columns       []Column `json:"columns,omitempty" oms:"transfer"`
}

// Column is a column record of a table.
type Column struct {
	Type            string `json:"type"`
	ColumnName      string `json:"columnName"`
	MappedName      string `json:"mappedName"`
	Position        int    `json:"position"`
	ColumnType      string `json:"columnType"`
	RecordFieldType string `json:"recordFieldType"`
	RawColumnType   string `json:"rawColumnType"`
	ColumnKey       string `json:"columnKey"`
	Nullable        bool   `json:"nullable"`
	DefaultValue    string `json:"defaultValue"`
	DataLength      int64  `json:"dataLength"`
	DataPrecision   int    `json:"dataPrecision"`
	DataScale       int    `json:"dataScale"`
	Encoding        string `json:"encoding"`
	ColumnComment   string `json:"columnComment"`
	IsGenerateField bool   `json:"isGenerateField"`
}

// CommonTransferConfig holds the settings that all steps share.
type CommonTransferConfig struct {
	TableCategory          string `json:"tableCategory"` // ALL, WITH_UNIQUE_ROW_ID or WITHOUT_UNIQUE_ROW_ID
	ActiveActive           bool   `json:"activeActive,omitempty" oms:"transfer"`
	MQSerializerType       string `json:"mqSerializerType,omitempty" oms:"transfer"`
	MQPartitionMode        string `json:"mqPartitionMode,omitempty" oms:"transfer"`
	MQPartition            *int   `json:"mqPartition,omitempty" oms:"transfer"`
	DatahubTopicType       string `json:"datahubTopicType,omitempty" oms:"transfer"`
	RocketMQProducerGroup  string `json:"rocketMqProducerGroup,omitempty" oms:"transfer"`
	RocketMQMsgTags        string `json:"rocketMqMsgTags,omitempty" oms:"transfer"`
	RocketMQEnableMsgTrace *bool  `json:"rocketMqEnableMsgTrace,omitempty" oms:"transfer"`
	RocketMQSendMsgTimeout *int64 `json:"rocketMqSendMsgTimeout,omitempty" oms:"transfer"`
	DataWorksBusinessName  string `json:"dataWorksBusinessName,omitempty" oms:"transfer"`
}

// StructTransferConfig holds the settings of schema migration.
type StructTransferConfig struct {
	ByteCharConvertStrategy string `json:"byteCharConvertStrategy,omitempty" oms:"transfer"`
	DeferIndexCreation      *bool  `json:"deferIndexCreation,omitempty" oms:"transfer"`
}

// FullTransferConfig holds the settings of full migration.
type FullTransferConfig struct {
	AllowDestTableNotEmpty   bool   `json:"allowDestTableNotEmpty"`
	NonePkUkTruncateDstTable *bool  `json:"nonePkUkTruncateDstTable,omitempty" oms:"transfer"`
	FullTransferSpeedMode    string `json:"fullTransferSpeedMode,omitempty" oms:"transfer"`
	FullVerifySpeedMode      string `json:"fullVerifySpeedMode,omitempty" oms:"transfer"`
}

// IncrTransferConfig holds the settings of incremental synchronization.
type IncrTransferConfig struct {
	StartTimestamp           *int64   `json:"startTimestamp"`   // Unix seconds
	StoreLogKeptHour         *int     `json:"storeLogKeptHour"` // 1 to 8760
	RecordTypeWhiteList      []string `json:"recordTypeWhiteList,omitempty" oms:"transfer"`
	EnableSequencingInTxn    *bool    `json:"enableSequencingWithinTxn,omitempty" oms:"transfer"`
	IncrSyncConcurrency      *int     `json:"incrSyncConcurrency,omitempty" oms:"transfer"`
	EnableIncrSyncStatistics *bool    `json:"enableIncrSyncStatistics,omitempty" oms:"transfer"`
}
