package datasource

import "context"

// ViewDefinition is how a view is defined.
type ViewDefinition struct {
	TableName
	Definition  string // the query; empty where the account lacks SHOW VIEW on the view
	Definer     string // user@host
	Security    string // DEFINER or INVOKER
	CheckOption string // NONE, LOCAL or CASCADED
}

// FactViews are the views of the schemas in scope.
const FactViews Fact = "views"

// Views gives the views of the schemas in scope that the account can see, in order of their names.
func (f *Facts) Views(ctx context.Context) ([]ViewDefinition, error) {
	return get[[]ViewDefinition](ctx, f, FactViews)
}

// FactInvalidViews are the views of the schemas in scope that cannot be used.
const FactInvalidViews Fact = "invalidViews"

// InvalidViews gives the views of the schemas in scope that cannot be used, in order of their
// names: they refer to a table, column or function that is not there, or their definer may not
// use what they refer to.
func (f *Facts) InvalidViews(ctx context.Context) ([]TableName, error) {
	return get[[]TableName](ctx, f, FactInvalidViews)
}
