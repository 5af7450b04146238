package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
)

// mostDefinitions is the maximum number of tables whose definitions are read.
const mostDefinitions = 50

func (r *Reader) definitions(ctx context.Context, tables []datasource.TableName) (datasource.Definitions, error) {
	var d datasource.Definitions
	var b datasource.TableRowsBuilder[string]
	if len(tables) > mostDefinitions {
		tables, d.NotRead = tables[:mostDefinitions], tables[mostDefinitions:]
	}
	for _, t := range tables {
		var name, text string
		err := r.query(ctx, "SHOW CREATE TABLE "+quote(t.Schema)+"."+quote(t.Name), nil, func(scan row) error {
			return scan(&name, &text)
		})
		switch {
		case denied(err) || absent(err):
			d.NotRead = append(d.NotRead, t)
		case err != nil:
			return d, err
		default:
			b.Add(t, text)
		}
	}
	d.Text = b.Build(nil)
	return d, nil
}
