package wire

// CreateProjectRequest is the request of CreateProject. Its answer is the ID of the project.
type CreateProjectRequest struct{ Task }

// ListProjectsRequest is the request of ListProjects. Its answer is a page of Project.
type ListProjectsRequest struct {
	SearchKey           string   `json:"searchKey"`
	Type                string   `json:"type"`
	Status              []string `json:"status"`
	LabelIDs            []string `json:"labelIds"`
	SourceEndpointTypes []string `json:"sourceEndpointTypes"`
	SinkEndpointTypes   []string `json:"sinkEndpointTypes"`
	VisibleSubProject   bool     `json:"visibleSubProject"`
	SortField           string   `json:"sortField"` // gmtCreate (default) or gmtModified
	Order               string   `json:"order"`     // descend (default) or asc
	Page
}

// Project is a project of DescribeProject and ListProjects.
type Project struct {
	ID                        string                `json:"id"`
	Type                      string                `json:"type"`
	Name                      string                `json:"name"`
	Labels                    []Label               `json:"labels"`
	Owner                     string                `json:"owner"`
	Importance                *string               `json:"importance"`
	Status                    string                `json:"status"`
	GmtCreate                 *string               `json:"gmtCreate"`
	GmtModified               *string               `json:"gmtModified"`
	GmtStart                  *string               `json:"gmtStart"`
	GmtFinish                 *string               `json:"gmtFinish"`
	DestConnID                *string               `json:"destConnId"`
	IsMerging                 bool                  `json:"isMerging"`
	IsModifying               bool                  `json:"isModifying"`
	IsSubProject              bool                  `json:"isSubProject"`
	SourceEndpointType        string                `json:"sourceEndpointType"`
	SinkEndpointType          string                `json:"sinkEndpointType"`
	TransferMapping           TransferMapping       `json:"transferMapping"`
	CommonTransferConfig      *CommonTransferConfig `json:"commonTransferConfig"`
	EnableStructTransfer      bool                  `json:"enableStructTransfer"`
	EnableFullTransfer        bool                  `json:"enableFullTransfer"`
	EnableFullVerify          bool                  `json:"enableFullVerify"`
	EnableIncrTransfer        bool                  `json:"enableIncrTransfer"`
	EnableIncrVerify          bool                  `json:"enableIncrVerify"`
	EnableReverseIncrTransfer bool                  `json:"enableReverseIncrTransfer"`
	StructTransferConfig      *StructTransferConfig `json:"structTransferConfig"`
	FullTransferConfig        *FullTransferConfig   `json:"fullTransferConfig"`
	IncrTransferConfig        *IncrTransferConfig   `json:"incrTransferConfig"`
	SourceConnectInfo         *ConnectInfo          `json:"sourceConnectInfo"`
	SinkConnectInfo           *ConnectInfo          `json:"sinkConnectInfo"`
	Steps                     []Step                `json:"steps"`
	ExtraInfo                 *StepExtraInfo        `json:"extraInfo"`
	AlarmStats                any                   `json:"alarmStats"`
}

// ConnectInfo is an endpoint of a project.
type ConnectInfo struct {
	ID                  *string           `json:"id"`
	EndpointName        string            `json:"endpointName"`
	EndpointID          string            `json:"endpointId"`
	EndpointSide        string            `json:"endpointSide"` // source or dest
	DBEngine            string            `json:"dbEngine"`
	ConnectionInfo      *string           `json:"connectionInfo"`
	UserName            string            `json:"username"`
	Version             *string           `json:"version"`
	Timezone            *string           `json:"timezone"`
	Charset             *string           `json:"charset"`
	NLSLengthSemantics  *string           `json:"nlsLengthSemantics"`
	OperatingSystem     *string           `json:"operatingSystem"`
	Region              *string           `json:"region"`
	OCPName             *string           `json:"ocpName"`
	ConnExtraAttributes map[string]string `json:"connExtraAttributes"`
	Owner               string            `json:"owner"`
	Host                string            `json:"host"`
	Port                int               `json:"port"`
}

// Step is a step of a project. This server has one: TRANSFER_PRECHECK.
type Step struct {
	Order       int            `json:"order"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Status      string         `json:"status"` // INIT, RUNNING, FAILED or FINISHED
	ExtraInfo   *StepExtraInfo `json:"extraInfo"`
	StartTime   *string        `json:"startTime"`
	FinishTime  *string        `json:"finishTime"`
	Progress    int            `json:"progress"` // percent
	StepInfo    *StepInfo      `json:"stepInfo"`
}

// StepExtraInfo holds the errors of a step.
type StepExtraInfo struct {
	ErrorDetails []ErrorDetail `json:"errorDetails"`
	ErrorCode    *string       `json:"errorCode"`
	ErrorMsg     *string       `json:"errorMsg"`
	ErrorParam   *string       `json:"errorParam"`
	FailedTime   *string       `json:"failedTime"`
}

// StepInfo is ours: the precheck that the step ran.
type StepInfo struct {
	PreCheckID string `json:"preCheckId"`
}

// ProjectProgress is the answer of DescribeProjectProgress.
type ProjectProgress struct {
	ProjectID                     string  `json:"projectId"`
	Status                        string  `json:"status"`
	AlarmLevel                    *string `json:"alarmLevel"`
	EnableIncrSync                bool    `json:"enableIncrSync"`
	CurrentStep                   string  `json:"currentStep"`
	IncrSyncCheckpoint            *int64  `json:"incrSyncCheckpoint"`
	EnableStructTransfer          bool    `json:"enableStructTransfer"`
	EnableFullTransfer            bool    `json:"enableFullTransfer"`
	StructTransferProgress        *int    `json:"structTransferProgress"`
	FullTransferProgress          *int    `json:"fullTransferProgress"`
	EnableReverseIncrTransfer     bool    `json:"enableReverseIncrTransfer"`
	ReverseIncrTransferCheckpoint *int64  `json:"reverseIncrTransferCheckpoint"`
}
