//! Where texts may be computed, as sentences: zones, models, applications.

use sekisho_policies::{App, Model, Zone};

use super::{Say, list, written};

impl Say<'_> {
    pub(super) fn zone(&self, zone: &Zone) -> String {
        let ceiling = self.label(zone.ceiling);
        let Some(accreditation) = &zone.accreditation else {
            return self.pick(
                format!("`{}`（{}）は{ceiling}まで扱えます。", zone.id, zone.ja),
                format!("`{}` ({}) may compute up to {ceiling}.", zone.id, zone.en),
            );
        };
        let (evidence, until) = (&accreditation.evidence, written(self.policy, accreditation.expires));
        let (ja, en) = match zone.unaccredited_ceiling {
            Some(label) => {
                let label = self.label(label);
                (format!("その後は{label}までです。"), format!("After that, up to {label}."))
            }
            None => ("その後は何も扱えません。".to_owned(), "After that, nothing.".to_owned()),
        };
        self.pick(
            format!("`{}`（{}）は「{evidence}」により{until}まで{ceiling}を扱えます。{ja}", zone.id, zone.ja),
            format!(
                "`{}` ({}) may compute up to {ceiling} until {until}, by \"{evidence}\". {en}",
                zone.id, zone.en
            ),
        )
    }

    /// What clients ask for by name, and what stands for one of them.
    pub(super) fn models(&self) -> Vec<String> {
        let models = self.policy.models().iter().filter(|model| model.app.is_none());
        let profiles = self.policy.inference_profiles().iter().map(|profile| {
            let model = &self.policy.model(profile.model).id;
            let regions = list(&profile.regions);
            self.pick(
                format!("`{}`は`{model}`として扱います（{regions}）。", profile.arn),
                format!("`{}` stands for `{model}` (computed in {regions}).", profile.arn),
            )
        });
        models.map(|model| self.model(model)).chain(profiles).collect()
    }

    /// Business applications with a path of their own.
    pub(super) fn apps(&self) -> Vec<String> {
        let apps = self.policy.models().iter().filter_map(|model| Some((model, model.app.as_deref()?)));
        apps.map(|(model, app)| format!("{}{}", self.model(model), self.app(app))).collect()
    }

    fn model(&self, model: &Model) -> String {
        let backends = model.backends.iter().map(|index| {
            let backend = self.policy.backend(*index);
            let zone = self.policy.zone(backend.zone);
            let zone = self.lang.pick(&zone.ja, &zone.en);
            format!("`{}` ({zone})", backend.id)
        });
        let backends = backends.collect::<Vec<_>>();
        let order = if backends.len() > 1 { "の順に" } else { "で" };
        self.pick(
            format!("`{}`は{}{order}処理します。", model.id, backends.join("、")),
            format!("`{}` is computed by {}.", model.id, backends.join(", else ")),
        )
    }

    fn app(&self, app: &App) -> String {
        let mut said =
            self.pick(format!("パスは`{}`です。", app.path), format!(" It is asked at `{}`.", app.path));
        if let Some(service) = app.service.map(|index| self.policy.service(index)) {
            said += &self.pick(
                format!("{}だけが呼び出せます。", service.ja),
                format!(" {} alone may ask.", service.en),
            );
        }
        if let Some(ceiling) = app.ceiling.map(|label| self.label(label)) {
            said += &self.pick(format!("{ceiling}まで渡せます。"), format!(" It is given up to {ceiling}."));
        }
        if let Some(key) = &app.level_key {
            let words = app.levels.iter().map(|(word, label)| (word, self.label(*label)));
            let words: Vec<String> = words
                .map(|(word, label)| {
                    self.pick(format!("「{word}」は{label}"), format!("\"{word}\" is {label}"))
                })
                .collect();
            said += &self.pick(
                format!("入力`{key}`が格付を表します：{}。", words.join("、")),
                format!(" Its input `{key}` says the level: {}.", words.join(", ")),
            );
        }
        said
    }
}
