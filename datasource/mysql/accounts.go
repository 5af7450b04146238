package mysql

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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
		named.Cause = message.New("datasource.privilege.accounts")
		named.Remedy = message.New("datasource.privilege.accounts.remedy")
		return nil, &named
	}
	return nil, err
}
