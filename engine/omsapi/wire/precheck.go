package wire

import "github.com/dbprecheck/precheck/engine"

// SubmitPreCheckRequest is the request of SubmitPreCheck. Its answer is the ID of the precheck.
type SubmitPreCheckRequest struct {
	Task
	ProjectID  string `json:"projectId"`
	SubProject bool   `json:"subProject" oms:"transfer"`
}

// IDRequest is the request of every call about one precheck or one project.
type IDRequest struct {
	ID string `json:"id" alias:"projectId"`
}

// Page is the page that a call asks for.
type Page struct {
	PageNumber int `json:"pageNumber"` // starts at 1, which is the default
	PageSize   int `json:"pageSize"`   // at most 150; the default is 10
}

// PreCheckFilter selects prechecks. Empty fields select all.
type PreCheckFilter struct {
	SearchKey   string   `json:"searchKey"`   // part of the name or the ID
	EndpointID  string   `json:"endpointId"`  // of the source or the destination
	LabelIDs    []string `json:"labelIds"`    // at most one
	ProjectID   string   `json:"projectId"`   // of CreateProject
	CreatedFrom string   `json:"createdFrom"` // RFC 3339, or Unix seconds
	CreatedTo   string   `json:"createdTo"`   // the same; exclusive
}

// ListPreCheckRequest is the request of ListPreCheck. Its answer is a page of PreCheck, the newest first.
type ListPreCheckRequest struct {
	PreCheckFilter
	Status   []string `json:"status"`   // any of them
	Latest   bool     `json:"latest"`   // only the newest precheck of each name
	Verdicts []string `json:"verdicts"` // any of the names of VerdictCounts
	// CheckType is a check that ended with Outcome: failed (default), warned or unknown.
	CheckType string `json:"checkType"`
	Outcome   string `json:"outcome"`
	Page
}

// PreCheck is one precheck of ListPreCheck. Times are in UTC; null where they are not known yet.
type PreCheck struct {
	ID               string               `json:"id"`
	Name             string               `json:"name"`
	Type             string               `json:"type"`
	ProjectID        *string              `json:"projectId"`
	Status           engine.ProjectStatus `json:"status"`
	Progress         engine.Progress      `json:"progress"`
	Message          *string              `json:"message"` // why the run failed as a whole, or what it waits for
	Labels           []Label              `json:"labels"`
	SourceEndpointID *string              `json:"sourceEndpointId"`
	SinkEndpointID   *string              `json:"sinkEndpointId"`
	GmtCreate        *string              `json:"gmtCreate"`
	GmtStart         *string              `json:"gmtStart"`
	GmtFinish        *string              `json:"gmtFinish"`
	Items            int                  `json:"items"`
	Finished         int                  `json:"finished"`
	Passed           int                  `json:"passed"`
	Warnings         int                  `json:"warnings"`
	Failed           int                  `json:"failed"`
	Skipped          int                  `json:"skipped"`
}

// SkipPreCheckItemRequest is the request of SkipPreCheckItem.
type SkipPreCheckItemRequest struct {
	ID      string   `json:"id"`
	Type    string   `json:"type" alias:"checkType"` // of the check
	Objects []string `json:"objects"`                // patterns of schema.table of the source; empty: all findings
	Reason  string   `json:"reason"`
}

// RetryPreCheckRequest is the request of RetryPreCheck. Its answer is the ID of the new run.
type RetryPreCheckRequest struct {
	ID         string `json:"id"`
	FailedOnly bool   `json:"failedOnly"` // runs only the checks whose items failed or could not be checked
}

// RemovePreCheckObjectsRequest is the request of RemovePreCheckObjects. Its answer is the ID of the new run.
type RemovePreCheckObjectsRequest struct {
	ID               string        `json:"id"`
	BlackObjectsInfo *BlackObjects `json:"blackObjectsInfo"`
}

// BlackObjects are objects to remove from a task, as blackObjectsInfo of an item lists them.
type BlackObjects struct {
	Databases []Database `json:"databases"`
}

// GetPreCheckReportRequest is the request of GetPreCheckReport.
type GetPreCheckReportRequest struct {
	ID     string `json:"id"`
	Format string `json:"format"` // of package render, fix-source or fix-dest; the default is full
}

// PreCheckReport is the answer of GetPreCheckReport.
type PreCheckReport struct {
	ID          string `json:"id"`
	Format      string `json:"format"`
	ContentType string `json:"contentType"`
	Content     string `json:"content"`
	// IgnoredFields are the fields of the request that concern only the transfer.
	IgnoredFields []string `json:"ignoredFields"`
	Warnings      []string `json:"warnings"` // on the task
}
