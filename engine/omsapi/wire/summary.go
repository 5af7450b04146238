package wire

// GetPreCheckSummaryRequest is the request of GetPreCheckSummary. Its answer is a PreCheckSummary.
type GetPreCheckSummaryRequest struct {
	PreCheckFilter
	AllRuns bool `json:"allRuns"` // all prechecks that match, instead of the newest of each name
	CSV     bool `json:"csv"`     // also the summary as CSV
}

// PreCheckSummary is what many prechecks have found.
type PreCheckSummary struct {
	Runs     int           `json:"runs"`
	Verdicts VerdictCounts `json:"verdicts"`
	// Checks are the checks that did not pass everywhere, those that failed most often first.
	Checks []CheckSummary `json:"checks"`
	// DataSources are those of the prechecks, the one with the most failed prechecks first.
	DataSources []DataSourceSummary `json:"dataSources"`
	CSV         *string             `json:"csv"` // RFC 4180, in the language of the call
}

// VerdictCounts are numbers of prechecks by what they have found.
type VerdictCounts struct {
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"` // nothing failed, but something could not be checked, or the precheck was ended early
	Warned  int `json:"warned"`  // nothing but warnings
	Passed  int `json:"passed"`
	Running int `json:"running"`
	Waiting int `json:"waiting"`
}

// CheckSummary is a check with the numbers of prechecks in which it did not pass on one database or more.
type CheckSummary struct {
	CheckType string `json:"checkType"`
	Title     string `json:"title"`
	Failed    int    `json:"failed"`
	Unknown   int    `json:"unknown"` // it could not be checked
	Warned    int    `json:"warned"`
}

// DataSourceSummary is a data source with its prechecks, of which it is the source or the destination.
type DataSourceSummary struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"` // empty if it does not exist any more
	Runs     int           `json:"runs"`
	Verdicts VerdictCounts `json:"verdicts"`
	// Failing are the checks that failed on the data source, the most frequent first.
	Failing []FailingCheck `json:"failing"`
}

// FailingCheck is a check with the number of prechecks in which it failed.
type FailingCheck struct {
	CheckType string `json:"checkType"`
	Runs      int    `json:"runs"`
}
