package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
)

const enginesQuery = "SELECT engine, support, COALESCE(transactions, 'NO') = 'YES' FROM information_schema.ENGINES"

func (r *Reader) storageEngines(ctx context.Context) (datasource.StorageEngines, error) {
	var list datasource.StorageEngines
	err := r.query(ctx, enginesQuery, nil, func(scan row) error {
		var e datasource.StorageEngine
		err := scan(&e.Name, &e.Support, &e.Transactional)
		list = append(list, e)
		return err
	})
	return list, err
}
