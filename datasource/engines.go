package datasource

import (
	"slices"
	"strings"
)

// StorageEngine is a storage engine that a server knows.
type StorageEngine struct {
	Name          string
	Support       string // DEFAULT, YES, NO or DISABLED
	Transactional bool
}

// StorageEngines are the storage engines that a server knows.
type StorageEngines []StorageEngine

// Find returns the engine of that name, whatever its case, nil where the server does not know it.
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

// FactStorageEngines are the storage engines that the server knows.
var FactStorageEngines = NewFact[StorageEngines]("storage_engines", "storage engines")
