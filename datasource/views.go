package datasource

// ViewDefinition is how a view is defined.
type ViewDefinition struct {
	TableName
	Definition  string // the query; empty if the account does not have SHOW VIEW on the view
	Definer     string // user@host
	Security    string // DEFINER or INVOKER
	CheckOption string // NONE, LOCAL or CASCADED
}

// FactViews are the views of the schemas in scope that the account can see, in order of their names.
var FactViews = NewFact[[]ViewDefinition]("views", "view definitions")

// FactInvalidViews are the views of the schemas in scope that are invalid, in order of their names: they
// refer to a table, column or function that does not exist, or their definer may not use what they refer to.
var FactInvalidViews = NewFact[[]TableName]("invalid_views", "invalid views")
