//! Answers how the work of the stories of a project would come together: `answer` puts together what the store has of
//! each pair, `order` proposes an order of merging, `pieces` asks git for the lines that conflict. What is compared, and
//! when, `policy::forecast` decides and `job::forecast` does. Nothing is changed here.

mod answer;
mod order;
mod pieces;

pub use pieces::{PiecesPlan, pieces};
