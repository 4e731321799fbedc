const DIALOG = '@web/views/view_dialogs/form_view_dialog';

/** Shows the record as it is stored, beside the form that has it with changes. */
export function viewStored({ env, props }: Odoo.FormController, { resId, context }: Odoo.FormRecord): void {
  const FormDialog = odoo.loader?.modules.get(DIALOG)?.FormViewDialog;
  if (FormDialog === undefined || typeof resId !== 'number') return;
  // Odoo's own has buttons that save.
  class StoredRecord extends FormDialog {
    override setup(): void {
      super.setup();
      this.viewProps.buttonTemplate = 'web_live.StoredRecord.Buttons';
    }
  }
  env.services.dialog.add(StoredRecord, {
    ...{ resModel: props.resModel, resId, context: context ?? {} },
    ...{ title: 'As it is stored now', canExpand: false, preventCreate: true, preventEdit: true },
    // Odoo 17 and 18 call it otherwise.
    ...('readonly' in FormDialog.props ? { readonly: true } : { mode: 'readonly' as const }),
  });
}

/** Goes back to where the user came from: there is nothing left to save. */
export async function leave({ env }: Odoo.FormController, record: Odoo.FormRecord): Promise<void> {
  await record.discard();
  if (env.inDialog) env.dialogData?.close();
  else env.config?.historyBack?.();
}
