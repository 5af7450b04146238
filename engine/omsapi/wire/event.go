package wire

import "github.com/dbprecheck/precheck/engine"

// RunChange is the data of the event change of /events/runs/{id}.
type RunChange struct {
	ProjectStatus engine.ProjectStatus `json:"projectStatus"`
	Progress      engine.Progress      `json:"progress"`
	Run           PreCheck             `json:"run"`
	// Replaced: Items are all items, because the plan has changed.
	Replaced bool         `json:"replaced"`
	Items    []ItemChange `json:"items"`
}

// ItemChange is an item that has changed, by its index in preCheckResults.
type ItemChange struct {
	Index int           `json:"index"`
	Item  engine.Record `json:"item"`
}
