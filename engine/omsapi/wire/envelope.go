package wire

// ErrorLevel is the level of an error.
type ErrorLevel string

// The levels.
const (
	LevelFatal    ErrorLevel = "FATAL"
	LevelError    ErrorLevel = "ERROR"
	LevelWarning  ErrorLevel = "WARNING"
	LevelCritical ErrorLevel = "CRITICAL"
)

// The codes of errors. All but the last are OceanBase Migration Service's own.
const (
	CodeParameter   = "PARAM_ERROR"        // a wrong parameter, or an ID that does not exist
	CodeInternal    = "GHANA-OPERIE000000" // an error of this server
	CodeUnavailable = "GHANA-OPERAT000001" // a service that the call depends on is not available
	CodeDenied      = "GHANA-OPERAT000101" // access denied
	CodeConflict    = "GHANA-OPEROR000001" // the state of the object does not allow the call
	CodeTransport   = "PRECHECK-TRANSPORT" // the HTTP status says what is wrong
)

// ErrorDetail is the errorDetail of an answer.
type ErrorDetail struct {
	Code                string       `json:"code"`
	Level               ErrorLevel   `json:"level"`
	Message             string       `json:"message"`
	ExtraContext        any          `json:"extraContext"`
	MessageMCMSKey      *string      `json:"messageMcmsKey"`
	MessageMCMSContext  any          `json:"messageMcmsContext"`
	Reason              *string      `json:"reason"`
	ReasonMCMSKey       *string      `json:"reasonMcmsKey"`
	ReasonMCMSContext   any          `json:"reasonMcmsContext"`
	Proposal            *string      `json:"proposal"`
	ProposalMCMSKey     *string      `json:"proposalMcmsKey"`
	ProposalMCMSContext any          `json:"proposalMcmsContext"`
	UpstreamErrorDetail *ErrorDetail `json:"upstreamErrorDetail"`
}

// Answer is an answer with data of a known type, as a client reads it.
type Answer[T any] struct {
	Success     bool         `json:"success"`
	ErrorDetail *ErrorDetail `json:"errorDetail"`
	Code        *string      `json:"code"`
	Message     *string      `json:"message"`
	Advice      *string      `json:"advice"`
	RequestID   string       `json:"requestId"`
	PageNumber  *int         `json:"pageNumber"`
	PageSize    *int         `json:"pageSize"`
	TotalCount  *int         `json:"totalCount"`
	Cost        string       `json:"cost"`
	Data        T            `json:"data"`
}
