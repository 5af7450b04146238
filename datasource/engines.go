package datasource

import (
	"slices"
	"strings"
)

// StorageEngine is a storage engine that a server lists.
type StorageEngine struct {
	Name          string
	Support       string // DEFAULT, YES, NO or DISABLED
	Transactional bool
}

// StorageEngines are the storage engines that a server lists.
type StorageEngines []StorageEngine

// Find returns the engine of that name, ignoring case, nil if the server does not list it.
func (e StorageEngines) Find(name string) *StorageEngine {
	i := slices.IndexFunc(e, func(s StorageEngine) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return nil
	}
	return &e[i]
}

// Usable reports whether tables can be created with the engine of that name.
func (e StorageEngines) Usable(name string) bool {
	found := e.Find(name)
	return found != nil && (found.Support == "YES" || found.Support == "DEFAULT")
}

// FactStorageEngines are the storage engines that the server lists.
var FactStorageEngines = NewFact[StorageEngines]("storage_engines", "storage engines")
