package gen

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A reader makes the catalogue of a spec package from its syntax.
type reader struct {
	*source
	info     *types.Info
	problems *problems

	// home is the target package, as far as the spec package sees it; nil where
	// it does not.
	home *types.Package

	// todos are the comments that still wait for their author.
	todos []*ast.Comment

	// typeErrors are those that the type checker found inside the literals
	// and that no problem of our own stands for.
	typeErrors []types.Error

	// generated are the names that this run declares. Nothing may depend on
	// whether they exist yet.
	generated map[string]bool
}

// read returns the catalogue of a spec package, or all its [Problems].
func read(src *source) (*catalogue, error) {
	r := &reader{
		source:    src,
		info:      src.pkg.info,
		problems:  &problems{dir: src.dir, fset: src.pkg.fset},
		home:      findPackage(src.pkg.types, src.target.path),
		todos:     todoComments(src.pkg.files),
		generated: map[string]bool{},
	}
	r.reportSyntaxErrors()
	faults, shared := r.literals()
	r.keepTypeErrors(slices.Concat(faults, shared))
	entries := r.entryLiterals(faults)
	c := &catalogue{source: src}
	r.generated[c.variableName()] = true
	for _, lit := range entries {
		r.generated[constName(r.nameOf(lit))] = true
	}
	r.readShared(c, shared)
	for _, lit := range entries {
		c.entries = append(c.entries, r.entry(c, lit))
	}
	r.validate(c)
	r.reportTypeErrors()
	if err := r.problems.err(); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("package %s holds no entry: write one in var _ = spec.Faults{...}", src.pkg.path)
	}
	return c, nil
}

// literals returns the package-level literals of type spec.Faults and of type
// spec.Catalogue, in order of file name and position.
func (r *reader) literals() (faults, shared []*ast.CompositeLit) {
	for _, file := range r.pkg.files {
		for _, decl := range file.Decls {
			gd, ok := decl.(*ast.GenDecl)
			if !ok || gd.Tok != token.VAR {
				continue
			}
			for _, s := range gd.Specs {
				for _, v := range s.(*ast.ValueSpec).Values {
					kind := specType(r.info.TypeOf(v))
					lit, ok := ast.Unparen(v).(*ast.CompositeLit)
					switch {
					case kind == "":
						r.unresolved(lit)
					case !ok:
						r.problems.add(v.Pos(), "a spec.%s is written as one literal: it is read, not run", kind)
					case kind == "Faults":
						faults = append(faults, lit)
					default:
						shared = append(shared, lit)
					}
				}
			}
		}
	}
	return faults, shared
}

// unresolved reports a literal that looks like part of a catalogue and whose
// type is not known: its entries would be lost.
func (r *reader) unresolved(lit *ast.CompositeLit) {
	if lit == nil || lit.Type == nil || r.info.TypeOf(lit) != types.Typ[types.Invalid] {
		return
	}
	if id := lastIdent(lit.Type); id != nil && (id.Name == "Faults" || id.Name == "Catalogue") {
		r.problems.add(lit.Pos(), "%s is not known: import %s", types.ExprString(lit.Type), specPath)
	}
}

// entryLiterals returns the entries of the catalogue's literals.
func (r *reader) entryLiterals(faults []*ast.CompositeLit) []*ast.CompositeLit {
	var list []*ast.CompositeLit
	for _, lit := range faults {
		for _, elt := range lit.Elts {
			if entry, ok := ast.Unparen(elt).(*ast.CompositeLit); ok {
				list = append(list, entry)
			} else if !r.typeErrorWithin(elt) {
				r.problems.add(elt.Pos(), "an entry is written as {Name: ...}: it is read, not run")
			}
		}
	}
	return list
}

// readShared reads what the faults have in common.
func (r *reader) readShared(c *catalogue, shared []*ast.CompositeLit) {
	for i, lit := range shared {
		if i > 0 {
			r.problems.add(lit.Pos(), "a second spec.Catalogue: the first is at %s", r.at(shared[0].Pos()))
			continue
		}
		v := r.evaluate(lit, "")
		c.shared = v
		c.prefix = v.get("Prefix").str()
		c.spawned = v.get("Spawned").isTrue()
		c.relayed = v.get("Relayed").isTrue()
		if protocol := v.get("Protocol"); protocol.expr != nil {
			c.protocol = r.behaviour(protocol.expr, "Protocol", r.target.testPath())
		}
	}
}

// nameOf returns the Name of an entry literal, "" when it has none.
func (r *reader) nameOf(lit *ast.CompositeLit) string {
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Name" {
			return value{con: r.info.Types[kv.Value].Value}.str()
		}
	}
	return ""
}

// specType returns "Faults" or "Catalogue" for those types of package spec.
func specType(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != specPath {
		return ""
	}
	if name := named.Obj().Name(); name == "Faults" || name == "Catalogue" {
		return name
	}
	return ""
}

// generatedConstant returns the name of the generated constant that an
// expression mentions, whether it exists or not.
func (r *reader) generatedConstant(expr ast.Expr) (name string, found bool) {
	ast.Inspect(expr, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || !r.generated[id.Name] {
			return true
		}
		obj := r.info.Uses[id]
		if obj == nil || obj.Pkg() != nil && obj.Pkg().Path() == r.target.path {
			name, found = id.Name, true
		}
		return true
	})
	return name, found
}

// at names a position inside a message.
func (r *reader) at(pos token.Pos) string {
	p := r.pkg.fset.Position(pos)
	return fmt.Sprintf("%s:%d", relative(r.dir, p.Filename), p.Line)
}
