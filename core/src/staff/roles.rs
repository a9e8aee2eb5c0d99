//! Who may do what: the one table. The bot, the API and the pages all ask it, and none of them compares roles.

use crate::db::Type;

/// What somebody is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    /// Runs the desk, and alone decides about admins.
    SuperAdmin,
    /// Runs the desk day by day.
    Admin,
    /// Looks after texts and templates, and answers too.
    Editor,
    /// Answers customers.
    Agent,
    /// Looks on.
    Viewer,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Self; 5] = [
        Self::SuperAdmin,
        Self::Admin,
        Self::Editor,
        Self::Agent,
        Self::Viewer,
    ];

    /// As it is stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// The Fluent key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::SuperAdmin => "role-super-admin",
            Self::Admin => "role-admin",
            Self::Editor => "role-editor",
            Self::Agent => "role-agent",
            Self::Viewer => "role-viewer",
        }
    }

    /// From what somebody typed: any case, with a hyphen or an underscore.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|role| role.as_str() == typed)
    }

    /// What it takes to invite somebody as this.
    pub fn to_invite(self) -> Permission {
        match self {
            Self::Agent | Self::Viewer => Permission::StaffInvite,
            Self::SuperAdmin | Self::Admin | Self::Editor => Permission::StaffInviteAny,
        }
    }

    /// Whether this role may do that.
    pub fn permits(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::SuperAdmin => true,
            Self::Admin => !matches!(
                permission,
                P::StaffInviteAny | P::StaffManage | P::SuperAdminDoor
            ),
            Self::Editor => matches!(
                permission,
                P::TicketsWork
                    | P::TicketsReadAll
                    | P::TicketsTransfer
                    | P::CustomersFind
                    | P::CustomersEdit
                    | P::TemplatesEdit
                    | P::ReportsRead
                    | P::Trace
            ),
            Self::Agent => matches!(
                permission,
                P::TicketsWork | P::TicketsTransfer | P::CustomersFind | P::Trace
            ),
            Self::Viewer => matches!(permission, P::TicketsReadAll | P::ReportsRead),
        }
    }
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Be given tickets, answer customers, change one's tickets.
    TicketsWork,
    /// Read everybody's tickets.
    TicketsReadAll,
    /// Give a ticket to a colleague.
    TicketsTransfer,
    /// Be told what others escalate, and why.
    Escalations,
    /// Look for customers and tickets by words.
    CustomersFind,
    /// Add customers, change what is known of them, remove them.
    CustomersEdit,
    /// Take customers in from a sheet, or out into one.
    CustomersSheets,
    /// Take all data of one person out, and erase them.
    PeopleData,
    /// Invite agents and viewers.
    StaffInvite,
    /// Invite anybody.
    StaffInviteAny,
    /// Change roles, remove staff.
    StaffManage,
    /// Write to many customers at once.
    BroadcastSend,
    /// Edit templates and canned answers.
    TemplatesEdit,
    /// Read reports.
    ReportsRead,
    /// Change the desk's settings, types and schedules.
    SettingsEdit,
    /// Read who changed what.
    AuditRead,
    /// See and retry parked events.
    DeadLetters,
    /// See how the desk is connected, and be told when it is not.
    StatusRead,
    /// Follow a message's way.
    Trace,
    /// Ask for the super-admin door.
    SuperAdminDoor,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::TicketsWork,
        Self::TicketsReadAll,
        Self::TicketsTransfer,
        Self::Escalations,
        Self::CustomersFind,
        Self::CustomersEdit,
        Self::CustomersSheets,
        Self::PeopleData,
        Self::StaffInvite,
        Self::StaffInviteAny,
        Self::StaffManage,
        Self::BroadcastSend,
        Self::TemplatesEdit,
        Self::ReportsRead,
        Self::SettingsEdit,
        Self::AuditRead,
        Self::DeadLetters,
        Self::StatusRead,
        Self::Trace,
        Self::SuperAdminDoor,
    ];
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn the_matrix() {
        let mut matrix = format!("{:<16}", "");
        for role in Role::ALL {
            let _ = write!(matrix, " {:<11}", role.as_str());
        }
        for permission in Permission::ALL {
            let _ = write!(matrix, "\n{:<16}", format!("{permission:?}"));
            for role in Role::ALL {
                let _ = write!(
                    matrix,
                    " {:<11}",
                    if role.permits(permission) { "yes" } else { "-" }
                );
            }
        }
        let trimmed: Vec<_> = matrix.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(trimmed.join("\n"));
    }

    #[test]
    fn roles_are_read_as_typed() {
        assert_eq!(Role::parse(" Super-Admin "), Some(Role::SuperAdmin));
        assert_eq!(Role::parse("agent"), Some(Role::Agent));
        assert_eq!(Role::parse("boss"), None);
    }
}
