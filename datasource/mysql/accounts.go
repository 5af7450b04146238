package mysql

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/datasource"
)

const accountsQuery = "SELECT user, host FROM mysql.user"

func (r *Reader) accounts(ctx context.Context) ([]datasource.Account, error) {
	var list []datasource.Account
	err := r.query(ctx, accountsQuery, nil, func(scan row) error {
		var a datasource.Account
		err := scan(&a.User, &a.Host)
		list = append(list, a)
		return err
	})
	if err == nil {
		return list, nil
	}
	err = r.classify(ctx, err)
	var known *datasource.Error
	if errors.As(err, &known) && known.Class == datasource.ErrPrivilege {
		named := *known
		named.Cause, named.Remedy = "the account may not see which accounts there are", "Grant SELECT ON mysql.user to the account."
		return nil, &named
	}
	return nil, err
}
